using System.Text;
using Mosn.Protocols;

namespace Mosn.Proxy.Admin;

/// <summary>The endpoints of one admin address, by path. Immutable.</summary>
internal sealed class AdminApi
{
    private readonly Dictionary<string, IAdminEndpoint> _endpoints;
    private readonly AdminAccess _access;
    private readonly IAdminEndpoint? _otherwise;

    /// <param name="endpoints">Two of one path are a bug in the composition.</param>
    /// <param name="access">Says who may POST.</param>
    /// <param name="otherwise">Answers all other paths; null: they are not found.</param>
    public AdminApi(IEnumerable<IAdminEndpoint> endpoints, AdminAccess access, IAdminEndpoint? otherwise)
    {
        _endpoints = endpoints.ToDictionary(static endpoint => endpoint.Path, StringComparer.Ordinal);
        _access = access;
        _otherwise = otherwise;
    }

    /// <summary>The endpoint for a request; null if it is refused, which <paramref name="response"/> then says.</summary>
    public IAdminEndpoint? Find(RequestHead request, AdminResponse response)
    {
        if (!_endpoints.TryGetValue(Encoding.Latin1.GetString(request.Path), out IAdminEndpoint? endpoint)
            && (endpoint = _otherwise) is null)
        {
            response.FailWithText(404, "not found\n");
            return null;
        }
        if (!IsAllowed(endpoint.Methods, request.KnownMethod))
        {
            response.Status = 405;
            response.Allow = endpoint.Methods == AdminMethods.Post ? "POST" : "GET, HEAD";
            return null;
        }
        if (endpoint.Methods == AdminMethods.Post && !_access.MayChange(request))
        {
            response.Fail(403, "the Host or Origin of this request is another site's; use an IP address or localhost");
            return null;
        }
        return endpoint;
    }

    private static bool IsAllowed(AdminMethods methods, KnownMethod method) => methods switch
    {
        AdminMethods.Get => method is KnownMethod.Get or KnownMethod.Head,
        AdminMethods.Post => method == KnownMethod.Post,
        _ => true,
    };
}
