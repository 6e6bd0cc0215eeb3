using Mosn.Proxy.Server;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>
/// A proxy between one gRPC client and its hosts. They speak HTTP/1.1, with chunks and trailers: what is gRPC about a call
/// does not depend on what is underneath, and this can be read.
/// </summary>
internal sealed class GrpcWorld : IDisposable
{
    /// <summary>One empty message.</summary>
    public const string Message = "\0\0\0\0\0";

    /// <param name="route">More of the route's action.</param>
    /// <param name="listener">More of the listener.</param>
    public GrpcWorld(string route = "", string listener = "", string cluster = "", int hosts = 1, string? config = null)
    {
        Proxy = new ProxyWorld(
            config ?? ProxyWorld.Http(route: route, listener: listener, cluster: cluster, hosts: hosts),
            extensions: Extensions.BuiltIn());
        Upstreams = [.. Enumerable.Range(0, hosts).Select(i => Proxy.Upstream(index: i))];
        Client = Proxy.Client();
    }

    public ProxyWorld Proxy { get; }

    public MemoryHost[] Upstreams { get; }

    public MemoryPeer Client { get; }

    /// <summary>What the client has got.</summary>
    public string Received => Client.ReceivedText;

    /// <summary>The connection that has a request without an answer.</summary>
    public MemoryPeer Asked => Upstreams.SelectMany(static host => host.Peers).First(static peer => peer.Received.Length > 0);

    public int AskedCount => Upstreams.SelectMany(static host => host.Peers).Count(static peer => peer.Received.Length > 0);

    /// <summary>A response of trailers only.</summary>
    public static string Status(int status, string message = "") =>
        $"HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nGrpc-Status: {status}\r\n"
        + (message.Length > 0 ? $"Grpc-Message: {message}\r\n" : "") + "Content-Length: 0\r\n\r\n";

    /// <summary>The head of a response with messages, and one of them.</summary>
    public static string Begun =>
        $"HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{Message}\r\n";

    /// <summary>The end of a response with messages.</summary>
    public static string Ended(int status) => $"0\r\nGrpc-Status: {status}\r\n\r\n";

    /// <summary>A call with one message.</summary>
    public void Call(string headers = "", string path = "/pkg.Svc/Do") => Send(
        $"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc+proto\r\nTE: trailers\r\n{headers}"
        + $"Content-Length: 5\r\n\r\n{Message}");

    public void Send(string text)
    {
        Client.Send(text);
        Proxy.Run();
    }

    /// <summary>The host that was asked answers.</summary>
    public void Answer(string text)
    {
        MemoryPeer asked = Asked;
        asked.ClearReceived();
        asked.Send(text);
        Proxy.Run();
    }

    /// <summary>More of an answer that was begun by the first host.</summary>
    public void AnswerMore(string text)
    {
        Upstreams[0].Peers[^1].Send(text);
        Proxy.Run();
    }

    public void Dispose()
    {
        Client.Close();
        Proxy.Advance(300_000);
        foreach (MemoryPeer peer in Upstreams.SelectMany(static host => host.Peers))
        {
            peer.Close();
        }
        Proxy.Advance(300_000);
        Assert.Empty(Proxy.Leaks());
        Proxy.Dispose();
    }
}
