using Mosn.Proxy.Config;

namespace Mosn.Proxy.Admin;

/// <summary>Adds, replaces and removes clusters. PUT has the whole of one as its body, DELETE names one.</summary>
internal sealed class ClusterUpdateEndpoint(IConfigUpdates updates) : IAdminEndpoint
{
    public string Path => "/api/v1/clusters";

    public AdminMethods Methods => AdminMethods.Put | AdminMethods.Delete;

    public bool TakesJson => true;

    public void Handle(AdminRequest request, AdminResponse response)
    {
        if (request.Method == AdminMethods.Put)
        {
            ConfigPart<ClusterConfig> part = ConfigLoader.LoadPart<ClusterConfig>(
                request.Body.Span, UpdateReply.BodyName, updates.ReadOptions,
                static (validator, cluster) => validator.Validate(cluster));
            UpdateReply.Apply(response, part, updates.PutClusterAsync);
        }
        else if (UpdateReply.Required(request, response, "cluster") is { } name)
        {
            UpdateReply.Apply(response, updates.RemoveClusterAsync(name), []);
        }
    }
}
