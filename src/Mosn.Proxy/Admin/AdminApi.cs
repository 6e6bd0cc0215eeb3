using System.Net.Http.Headers;
using System.Text;
using Mosn.Protocols;

namespace Mosn.Proxy.Admin;

/// <summary>The endpoints of one admin address, by path and method. Immutable.</summary>
internal sealed class AdminApi
{
    private readonly Dictionary<string, IAdminEndpoint[]> _endpoints;
    private readonly AdminAccess _access;
    private readonly IAdminEndpoint? _otherwise;

    /// <param name="endpoints">Two of one path and method are a bug in the composition.</param>
    /// <param name="access">Says who may change something.</param>
    /// <param name="otherwise">Answers all other paths; null: they are not found.</param>
    public AdminApi(IEnumerable<IAdminEndpoint> endpoints, AdminAccess access, IAdminEndpoint? otherwise)
    {
        _endpoints = endpoints.GroupBy(static endpoint => endpoint.Path, StringComparer.Ordinal)
            .ToDictionary(static path => path.Key, static path => path.ToArray(), StringComparer.Ordinal);
        _access = access;
        _otherwise = otherwise;
        foreach (IAdminEndpoint[] path in _endpoints.Values)
        {
            AdminMethods taken = AdminMethods.None;
            foreach (IAdminEndpoint endpoint in path)
            {
                Check.That((taken & endpoint.Methods) == AdminMethods.None);
                taken |= endpoint.Methods;
            }
        }
    }

    /// <summary>One of the methods that have a name; <see cref="AdminMethods.Any"/> for all others.</summary>
    public static AdminMethods MethodOf(RequestHead request) => request.KnownMethod switch
    {
        KnownMethod.Get or KnownMethod.Head => AdminMethods.Get,
        KnownMethod.Post => AdminMethods.Post,
        KnownMethod.Put => AdminMethods.Put,
        KnownMethod.Delete => AdminMethods.Delete,
        _ => AdminMethods.Any,
    };

    /// <summary>The endpoint for a request; null if it is refused, which <paramref name="response"/> then says.</summary>
    public IAdminEndpoint? Find(RequestHead request, AdminResponse response)
    {
        if (!_endpoints.TryGetValue(Encoding.Latin1.GetString(request.Path), out IAdminEndpoint[]? path))
        {
            if (_otherwise is null)
            {
                response.FailWithText(404, "not found\n");
            }
            return _otherwise;
        }
        AdminMethods method = MethodOf(request);
        if (Array.Find(path, endpoint => (endpoint.Methods & (method | AdminMethods.Any)) != AdminMethods.None) is not { } found)
        {
            response.Status = 405;
            response.Allow = NamesOf(path.Aggregate(AdminMethods.None, static (all, endpoint) => all | endpoint.Methods));
            return null;
        }
        if ((found.Methods & AdminMethods.Changes) != AdminMethods.None && !MayChange(request, found, response))
        {
            return null;
        }
        return found;
    }

    private bool MayChange(RequestHead request, IAdminEndpoint endpoint, AdminResponse response)
    {
        if (!_access.MayChange(request))
        {
            response.Fail(403, "the Host or Origin of this request is another site's; use an IP address or localhost");
            return false;
        }
        if (endpoint.TakesJson && request.HasBody && !IsJson(request))
        {
            response.Fail(415, $"the body must be {AdminResponse.Json}, and Content-Type say so");
            return false;
        }
        return true;
    }

    /// <summary>A form in a web page can send a body of any bytes, but not under this type.</summary>
    private static bool IsJson(RequestHead request) =>
        request.Headers.TryGet(KnownHeader.ContentType, out ReadOnlySpan<byte> type)
        && MediaTypeHeaderValue.TryParse(Encoding.Latin1.GetString(type), out MediaTypeHeaderValue? parsed)
        && string.Equals(parsed.MediaType, AdminResponse.Json, StringComparison.OrdinalIgnoreCase);

    private static string NamesOf(AdminMethods methods)
    {
        (AdminMethods Method, string Name)[] all =
        [
            (AdminMethods.Get, "GET, HEAD"),
            (AdminMethods.Post, "POST"),
            (AdminMethods.Put, "PUT"),
            (AdminMethods.Delete, "DELETE"),
        ];
        return string.Join(", ", all.Where(one => (methods & one.Method) != AdminMethods.None).Select(static one => one.Name));
    }
}
