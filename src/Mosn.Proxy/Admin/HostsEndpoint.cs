using Mosn.Proxy.Config;

namespace Mosn.Proxy.Admin;

/// <summary>
/// Changes the hosts of the cluster that the parameter <c>cluster</c> names. POST adds those of the body, PUT makes them all
/// there are; the body is a list as under <c>hosts</c> of a cluster. DELETE removes those that <c>address</c> names, which may
/// be given several times.
/// </summary>
internal sealed class HostsEndpoint(IConfigUpdates updates) : IAdminEndpoint
{
    public string Path => "/api/v1/hosts";

    public AdminMethods Methods => AdminMethods.Changes;

    public bool TakesJson => true;

    public void Handle(AdminRequest request, AdminResponse response)
    {
        if (UpdateReply.Required(request, response, "cluster") is not { } cluster)
        {
            return;
        }
        if (request.Method == AdminMethods.Delete)
        {
            Remove(request, response, cluster);
            return;
        }
        ConfigPart<IReadOnlyList<HostConfig>> part = ConfigLoader.LoadParts<HostConfig>(
            request.Body.Span, UpdateReply.BodyName, updates.ReadOptions,
            static (validator, hosts) => validator.Validate(hosts));
        UpdateReply.Apply(response, part, hosts => request.Method == AdminMethods.Post
            ? updates.AddHostsAsync(cluster, hosts)
            : updates.ReplaceHostsAsync(cluster, hosts));
    }

    private void Remove(AdminRequest request, AdminResponse response, string cluster)
    {
        HashSet<NetworkAddress> addresses = [];
        foreach (string text in request.Query.All("address"))
        {
            if (!NetworkAddress.TryParse(text, out NetworkAddress address))
            {
                response.Fail(400, $"not an address: '{text}'");
                return;
            }
            addresses.Add(address);
        }
        if (addresses.Count == 0)
        {
            response.Fail(400, "'address' must say which hosts; it may be given several times");
            return;
        }
        UpdateReply.Apply(response, updates.RemoveHostsAsync(cluster, addresses), []);
    }
}
