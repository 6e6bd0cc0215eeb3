using System.Globalization;
using System.Text;
using System.Text.Json;
using Mosn.Proxy.Health;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Admin;

/// <summary>
/// Shows clusters and their hosts as they are used now: health with its reasons, and what is under way. All of them or the
/// one of the parameter <c>cluster</c>; a table with <c>format=text</c>.
/// </summary>
internal sealed class ClustersEndpoint(Func<IReadOnlyList<Cluster>> clusters) : IAdminEndpoint
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public string Path => "/api/v1/clusters";

    public AdminMethods Methods => AdminMethods.Get;

    public void Handle(AdminRequest request, AdminResponse response)
    {
        string name = request.Query.Value("cluster");
        string format = request.Query.Value("format");
        if (format is not ("" or "json" or "text"))
        {
            response.Fail(400, $"unknown format '{format}': json or text");
            return;
        }
        Cluster[] shown =
        [
            .. clusters().Where(cluster => name.Length == 0 || cluster.Name == name)
                .OrderBy(static cluster => cluster.Name, StringComparer.Ordinal),
        ];
        if (shown.Length == 0 && name.Length > 0)
        {
            response.Fail(404, $"there is no cluster '{name}'");
        }
        else if (format == "text")
        {
            response.Write(Table(shown));
        }
        else
        {
            response.WriteIndentedJson(json => Write(json, shown));
        }
    }

    private static void Write(Utf8JsonWriter json, Cluster[] clusters)
    {
        json.WriteStartObject();
        json.WriteStartArray("clusters");
        foreach (Cluster cluster in clusters)
        {
            ClusterSnapshot current = cluster.Current;
            json.WriteStartObject();
            json.WriteString("name", cluster.Name);
            json.WriteNumber("healthy", current.Hosts.Healthy.Length);
            json.WriteNumber("hosts_total", current.Hosts.All.Length);
            json.WriteBoolean("panic", current.Hosts.IsPanicking);
            json.WriteStartArray("hosts");
            foreach (Host host in current.Hosts.All)
            {
                Write(json, host);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Host host)
    {
        json.WriteStartObject();
        json.WriteString("address", host.AddressText);
        if (host.HostName is { } name)
        {
            json.WriteString("hostname", name);
        }
        json.WriteNumber("weight", host.Weight);
        json.WriteString("health", HealthOf(host));
        json.WriteNumber("active_requests", host.ActiveRequests);
        json.WriteNumber("active_connections", host.ActiveConnections);
        if (HostWatch.Find(host) is { } watch)
        {
            if (watch.LastCheck != CheckResult.None)
            {
                json.WriteString("last_check", NameOf(watch.LastCheck));
                json.WriteString("last_check_time", TimeOf(watch.LastCheckUtcTicks));
            }
            if (watch.EjectedUntilUtcTicks is > 0 and long until)
            {
                json.WriteString("ejected_until", TimeOf(until));
            }
        }
        json.WriteEndObject();
    }

    private static string Table(Cluster[] clusters)
    {
        StringBuilder text = new();
        foreach (Cluster cluster in clusters)
        {
            foreach (Host host in cluster.Current.Hosts.All)
            {
                HostWatch? watch = HostWatch.Find(host);
                text.Append(CultureInfo.InvariantCulture, $"{cluster.Name} {host.AddressText} weight={host.Weight}");
                text.Append(CultureInfo.InvariantCulture, $" health={HealthOf(host)} requests={host.ActiveRequests}");
                text.Append(CultureInfo.InvariantCulture, $" connections={host.ActiveConnections}");
                if (watch is { LastCheck: not CheckResult.None })
                {
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $" last_check={NameOf(watch.LastCheck)} last_check_time={TimeOf(watch.LastCheckUtcTicks)}");
                }
                if (watch?.EjectedUntilUtcTicks is > 0 and long until)
                {
                    text.Append(CultureInfo.InvariantCulture, $" ejected_until={TimeOf(until)}");
                }
                text.Append('\n');
            }
        }
        return text.ToString();
    }

    /// <summary>"healthy", or every reason why the host gets no requests.</summary>
    private static string HealthOf(Host host) => host.Health switch
    {
        HostHealth.Healthy => "healthy",
        HostHealth.FailedActiveCheck => "failed_active_check",
        HostHealth.FailedOutlierCheck => "failed_outlier_check",
        _ => "failed_active_check,failed_outlier_check",
    };

    private static string NameOf(CheckResult result) => result switch
    {
        CheckResult.Passed => "passed",
        CheckResult.Failed => "failed",
        _ => "timed_out",
    };

    private static string TimeOf(long utcTicks) => new DateTime(utcTicks).ToString(Time, CultureInfo.InvariantCulture);
}
