using System.Globalization;
using System.Net;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Discovery;

/// <summary>Which name servers are asked, and how. Immutable, compared by value.</summary>
internal sealed record NameServerSettings
{
    private const int ServersMax = 8;
    private const int SearchMax = 32;

    /// <summary>Asked in this order; never empty.</summary>
    public required IReadOnlyList<IPEndPoint> Servers { get; init; }

    /// <summary>Suffixes that are tried, without dots around.</summary>
    public IReadOnlyList<string> Search { get; init; } = [];

    /// <summary>Dots that a name needs to be tried as it stands before the suffixes are.</summary>
    public int Ndots { get; init; } = 1;

    /// <summary>For one answer of one server.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Tries at each server.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>
    /// The settings of a cluster: its own servers if it names some, else those of a file.
    /// </summary>
    /// <param name="resolverFile">The text of the file that the cluster names; null if it cannot be read.</param>
    public static NameServerSettings Of(ClusterConfig config, string? resolverFile)
    {
        if (config.DnsResolvers is not { Servers.Count: > 0 } own)
        {
            return Parse(resolverFile ?? "", PortOf(config.DnsResolverPort));
        }
        return new NameServerSettings
        {
            Servers = OrLocal([.. own.Servers.Select(server => ToServer(server, PortOf(own.Port))).OfType<IPEndPoint>()], PortOf(own.Port)),
            Search = [.. own.Search.Select(static suffix => suffix.Trim('.')).Where(static s => s.Length > 0).Take(SearchMax)],
            Ndots = own.Ndots,
            Timeout = TimeSpan.FromSeconds(own.TimeoutSeconds > 0 ? own.TimeoutSeconds : 5),
            Attempts = own.Attempts > 0 ? own.Attempts : 2,
        };
    }

    /// <summary>
    /// Reads resolv.conf(5). What it does not understand it passes over, as every resolver does; without a server it is
    /// the one of this machine.
    /// </summary>
    /// <param name="port">Of all servers: the file has no place for it.</param>
    public static NameServerSettings Parse(string text, int port)
    {
        List<IPEndPoint> servers = [];
        NameServerSettings settings = new() { Servers = [] };
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["nameserver", string address, ..] when IPAddress.TryParse(address, out IPAddress? ip):
                    servers.Add(new IPEndPoint(ip, port));
                    break;
                case ["search" or "domain", .. string[] suffixes]:
                    settings = settings with
                    {
                        Search = [.. suffixes.Select(static s => s.Trim('.')).Where(static s => s.Length > 0).Take(SearchMax)],
                    };
                    break;
                case ["options", .. string[] options]:
                    settings = options.Aggregate(settings, static (current, option) => current.WithOption(option));
                    break;
            }
        }
        return settings with { Servers = OrLocal(servers, port) };
    }

    /// <summary>The address of a server as the configuration has it, with or without a port; null if it is none.</summary>
    public static IPEndPoint? ToServer(string text, int port)
    {
        if (NetworkAddress.TryParse(text, out NetworkAddress address, port))
        {
            return address.Ip is { } ip ? new IPEndPoint(ip, address.Port) : null;
        }
        return IPAddress.TryParse(text, out IPAddress? bare) ? new IPEndPoint(bare, port) : null; // IPv6 without brackets.
    }

    /// <summary>The names to ask for when somebody means <paramref name="name"/>, in order, without a dot at the end.</summary>
    public IEnumerable<string> Candidates(string name)
    {
        if (name.EndsWith('.'))
        {
            return [name.TrimEnd('.')];
        }
        IEnumerable<string> longer = Search.Select(suffix => $"{name}.{suffix}");
        return name.Count(static c => c == '.') >= Ndots ? longer.Prepend(name) : longer.Append(name);
    }

    public bool Equals(NameServerSettings? other) =>
        other is not null && (ReferenceEquals(this, other) || IsSame(other));

    public override int GetHashCode() => HashCode.Combine(Servers[0], Servers.Count, Search.Count, Ndots, Timeout, Attempts);

    private bool IsSame(NameServerSettings other) =>
        Ndots == other.Ndots && Timeout == other.Timeout && Attempts == other.Attempts
        && Servers.SequenceEqual(other.Servers) && Search.SequenceEqual(other.Search);

    private static IPEndPoint[] OrLocal(List<IPEndPoint> servers, int port) =>
        servers.Count > 0 ? [.. servers.Take(ServersMax)] : [new IPEndPoint(IPAddress.Loopback, port)];

    private static int PortOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= 65535
            ? port
            : 53;

    private NameServerSettings WithOption(string option)
    {
        // The bounds are those of glibc.
        string[] parts = option.Split(':');
        if (parts.Length != 2 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int value))
        {
            return this;
        }
        return parts[0] switch
        {
            "ndots" => this with { Ndots = Math.Min(value, 15) },
            "timeout" => this with { Timeout = TimeSpan.FromSeconds(Math.Clamp(value, 1, 30)) },
            "attempts" => this with { Attempts = Math.Clamp(value, 1, 5) },
            _ => this,
        };
    }
}
