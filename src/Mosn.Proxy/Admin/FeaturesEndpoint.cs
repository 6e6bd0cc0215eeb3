namespace Mosn.Proxy.Admin;

/// <summary>Says which feature gates are on: all, or the one of the parameter <c>key</c>.</summary>
internal sealed class FeaturesEndpoint(Func<IReadOnlyDictionary<string, bool>> states) : IAdminEndpoint
{
    public string Path => "/api/v1/features";

    public AdminMethods Methods => AdminMethods.Get;

    public void Handle(AdminRequest request, AdminResponse response)
    {
        IReadOnlyDictionary<string, bool> gates = states();
        if (request.Query.NameCount > 0)
        {
            response.Write(gates.GetValueOrDefault(request.Query.Value("key")) ? "true" : "false");
            return;
        }
        response.WriteIndentedJson(json =>
        {
            json.WriteStartObject();
            foreach ((string name, bool isOn) in gates.OrderBy(static gate => gate.Key, StringComparer.Ordinal))
            {
                json.WriteBoolean(name, isOn);
            }
            json.WriteEndObject();
        });
    }
}
