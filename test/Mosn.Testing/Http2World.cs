namespace Mosn.Testing;

/// <summary>Ways into a <see cref="ProxyWorld"/> over HTTP/2.</summary>
internal static class Http2World
{
    /// <summary>As <see cref="ProxyWorld.Http"/>, with a listener that speaks HTTP/1 and HTTP/2.</summary>
    /// <param name="settings">Members of the listener's settings of HTTP/2.</param>
    /// <param name="upstream">What the host speaks.</param>
    public static string Config(
        string settings = "",
        string listener = "",
        string cluster = "",
        string route = "",
        int hosts = 1,
        string upstream = "Http1") =>
        ProxyWorld
            .Http(
                listener,
                cluster,
                $$""", "upstream_protocol": "{{upstream}}"{{route}}""",
                proxy: settings.Length == 0 ? "" : $$""", "extend_config": { "Http2": { {{settings}} } }""",
                hosts)
            .Replace("\"downstream_protocol\": \"Http1\"", "\"downstream_protocol\": \"Http1,Http2\"", StringComparison.Ordinal);

    /// <summary>A client of the first listener that has begun to speak HTTP/2.</summary>
    public static Http2Peer Http2Client(this ProxyWorld world, params (int Id, uint Value)[] settings)
    {
        Http2Peer client = new(world.Client());
        client.Start(settings);
        world.Run();
        return client;
    }
}
