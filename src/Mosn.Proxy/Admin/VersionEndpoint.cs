namespace Mosn.Proxy.Admin;

/// <summary>Says which program this is.</summary>
internal sealed class VersionEndpoint(string version) : IAdminEndpoint
{
    public string Path => "/api/v1/version";

    public AdminMethods Methods => AdminMethods.Any;

    public void Handle(AdminRequest request, AdminResponse response) => response.Write($"mosn version: {version}");
}
