using Mosn.Proxy.Config;

namespace Mosn.Proxy.Admin;

/// <summary>Adds, replaces and removes router configurations. PUT has the whole of one as its body, DELETE names one.</summary>
/// <param name="clusters">Names of the clusters there are.</param>
internal sealed class RoutersEndpoint(IConfigUpdates updates, Func<IEnumerable<string>> clusters) : IAdminEndpoint
{
    public string Path => "/api/v1/routers";

    public AdminMethods Methods => AdminMethods.Put | AdminMethods.Delete;

    public bool TakesJson => true;

    public void Handle(AdminRequest request, AdminResponse response)
    {
        if (request.Method == AdminMethods.Put)
        {
            ConfigPart<RouterConfig> part = ConfigLoader.LoadPart<RouterConfig>(
                request.Body.Span, UpdateReply.BodyName, updates.ReadOptions,
                (validator, router) => validator.Validate(router, clusters()));
            UpdateReply.Apply(response, part, updates.PutRouterAsync);
        }
        else if (UpdateReply.Required(request, response, "router") is { } name)
        {
            UpdateReply.Apply(response, updates.RemoveRouterAsync(name), []);
        }
    }
}
