namespace Mosn.Proxy.Admin;

/// <summary>Lists the paths. Answers <c>/</c> and, as in MOSN, whatever else there is no endpoint for.</summary>
internal sealed class HelpEndpoint(IEnumerable<IAdminEndpoint> endpoints) : IAdminEndpoint
{
    private readonly string _page = "supported APIs:\n"
        + string.Concat(endpoints.Select(static endpoint => endpoint.Path + "\n").Distinct().Order(StringComparer.Ordinal));

    public string Path => "/";

    public AdminMethods Methods => AdminMethods.Any;

    public void Handle(AdminRequest request, AdminResponse response) => response.Write(_page);
}
