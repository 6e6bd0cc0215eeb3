namespace Mosn.Proxy.Admin;

/// <summary>Says where the process stands in its life.</summary>
internal sealed class StatesEndpoint(Func<int> state) : IAdminEndpoint
{
    public string Path => "/api/v1/states";

    public AdminMethods Methods => AdminMethods.Get;

    public void Handle(AdminRequest request, AdminResponse response) =>
        response.Write($"pid={Environment.ProcessId}&state={state()}\n");
}
