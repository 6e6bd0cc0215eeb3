using System.Globalization;

namespace Mosn.EndToEnd;

/// <summary>One mosn in front of a Node server, for all tests of a class that leave both as they found them.</summary>
public sealed class HttpWorld : IAsyncLifetime
{
    internal MosnProcess Mosn { get; private set; } = null!;

    internal PeerProcess Node { get; private set; } = null!;

    internal int Port => Mosn.PortOf("web");

    public async ValueTask InitializeAsync()
    {
        Node = await PeerProcess.StartNodeAsync("http.js");
        Mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(Node.Address).ToString());
    }

    public ValueTask DisposeAsync()
    {
        Mosn.Dispose();
        Node.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>One request on a connection of its own.</summary>
    internal async Task<RawResponse> SendAsync(string request)
    {
        using RawConnection client = await RawConnection.OpenAsync(Port);
        await client.SendAsync(request);
        return await client.ReadResponseAsync(isHead: request.StartsWith("HEAD ", StringComparison.Ordinal));
    }

    internal async Task<int> AskAsync(string path) => int.Parse(
        (await SendAsync($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")).Body, CultureInfo.InvariantCulture);
}
