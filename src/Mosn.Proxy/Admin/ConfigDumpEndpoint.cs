using System.Text.Json;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Admin;

/// <summary>
/// Shows the configuration in force, without its secrets: all of it, one section, or one object by its name.
/// </summary>
internal sealed class ConfigDumpEndpoint(Func<MosnConfig> config) : IAdminEndpoint
{
    public string Path => "/api/v1/config_dump";

    public AdminMethods Methods => AdminMethods.Get;

    public void Handle(AdminRequest request, AdminResponse response)
    {
        MosnConfig current = config();
        AdminQuery query = request.Query;
        if (query.NameCount == 0)
        {
            response.WriteJson(json => ConfigJsonWriter.WriteDump(json, current));
            return;
        }
        if (query.NameCount > 1)
        {
            response.FailWithText(400, "only support one parameter");
            return;
        }
        string name = query.Value(query.FirstName);
        switch (query.FirstName)
        {
            case "mosnconfig":
                response.WriteIndentedJson(json => ConfigJsonWriter.WriteDumpRest(json, current));
                break;
            case "alllisteners":
                response.WriteIndentedJson(json => ConfigJsonWriter.WriteDumpListeners(json, current));
                break;
            case "allclusters":
                response.WriteIndentedJson(json => ConfigJsonWriter.WriteDumpClusters(json, current));
                break;
            case "allrouters":
                response.WriteIndentedJson(json => ConfigJsonWriter.WriteDumpRouters(json, current));
                break;
            case "listener":
                WriteOne(response, "listener", name, Listener(current, name), static (j, c) => ConfigJsonWriter.Write(j, c));
                break;
            case "cluster":
                WriteOne(response, "cluster", name, Cluster(current, name), static (j, c) => ConfigJsonWriter.Write(j, c));
                break;
            case "router":
                WriteOne(response, "router", name, Router(current, name), static (j, c) => ConfigJsonWriter.Write(j, c));
                break;
            default:
                response.Fail(500, "internal error"); // MOSN's words and status for a parameter that it does not know.
                break;
        }
    }

    private static ListenerConfig? Listener(MosnConfig config, string name) => config.Servers
        .SelectMany(static server => server.Listeners)
        .FirstOrDefault(listener => ConfigJsonWriter.NameOf(listener) == name);

    private static ClusterConfig? Cluster(MosnConfig config, string name) =>
        config.ClusterManager?.Clusters.FirstOrDefault(cluster => cluster.Name == name);

    private static RouterConfig? Router(MosnConfig config, string name) => config.Servers
        .SelectMany(static server => server.Routers)
        .FirstOrDefault(router => router.Name == name);

    private static void WriteOne<T>(
        AdminResponse response, string kind, string name, T? found, Action<Utf8JsonWriter, T> write)
        where T : class
    {
        if (found is null)
        {
            response.Fail(404, $"there is no {kind} '{name}'");
        }
        else
        {
            response.WriteIndentedJson(json => write(json, found));
        }
    }
}
