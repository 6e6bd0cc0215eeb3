using System.Globalization;
using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;

namespace Mosn.Proxy.Admin;

/// <summary>
/// Changes single routes of a virtual host, which the parameters <c>router</c> and <c>domain</c> name. POST adds the route of
/// the body at the end. PUT replaces and DELETE removes the one that <c>route</c> names or <c>index</c> counts; DELETE with
/// <c>all=true</c> removes all of them.
/// </summary>
/// <param name="clusters">Names of the clusters there are.</param>
internal sealed class RoutesEndpoint(IConfigUpdates updates, Func<IEnumerable<string>> clusters) : IAdminEndpoint
{
    public string Path => "/api/v1/routes";

    public AdminMethods Methods => AdminMethods.Changes;

    public bool TakesJson => true;

    public void Handle(AdminRequest request, AdminResponse response)
    {
        if (UpdateReply.Required(request, response, "router") is not { } router)
        {
            return;
        }
        RoutePlace place = new(router, request.Query.Value("domain"));
        if (request.Method == AdminMethods.Post)
        {
            UpdateReply.Apply(response, Read(request), route => updates.AddRouteAsync(place, route));
        }
        else if (request.Method == AdminMethods.Delete && request.Query.Value("all") == "true")
        {
            UpdateReply.Apply(response, updates.RemoveAllRoutesAsync(place), []);
        }
        else if (Selector(request.Query) is not { } which)
        {
            response.Fail(400, "'route' or 'index' must say which route: a name, or a number from 0");
        }
        else if (request.Method == AdminMethods.Put)
        {
            UpdateReply.Apply(response, Read(request), route => updates.ReplaceRouteAsync(place, which, route));
        }
        else
        {
            UpdateReply.Apply(response, updates.RemoveRouteAsync(place, which), []);
        }
    }

    /// <summary>Null if there is none, or two.</summary>
    private static RouteSelector? Selector(AdminQuery query)
    {
        string name = query.Value("route");
        string index = query.Value("index");
        if (index.Length == 0)
        {
            return name.Length > 0 ? RouteSelector.Named(name) : null;
        }
        return name.Length == 0 && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? RouteSelector.At(number)
            : null;
    }

    private ConfigPart<RouteConfig> Read(AdminRequest request) => ConfigLoader.LoadPart<RouteConfig>(
        request.Body.Span, UpdateReply.BodyName, updates.ReadOptions,
        (validator, route) => validator.Validate(route, clusters()));
}
