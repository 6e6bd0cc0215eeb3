using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>
/// WebSockets, CONNECT and listeners of several protocols, with clients and hosts that we did not write: the package ws,
/// curl, nghttp.
/// </summary>
public class TunnelTests
{
    [Theory]
    [InlineData("1.1", "Http1")]
    [InlineData("2", "Http1")]
    [InlineData("1.1", "Http2")]
    [InlineData("2", "Http2")]
    public async Task A_websocket_works_whatever_versions_of_http_the_two_ends_speak(string client, string upstream)
    {
        using PeerProcess host = await PeerProcess.StartNodeAsync("websocket.js", upstream.ToLowerInvariant());
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.AnyHttpTo(upstream, host.Address).ToString());
        JsonElement seen = await PeerProcess.RunNodeAsync(
            "websocketclient.js", client, $"{mosn.PortOf("web")}", "/chat?room=1");
        string text = seen.ToString();
        Assert.True(seen.GetProperty("hello").ValueKind == JsonValueKind.Object, text);
        Assert.Equal("/chat?room=1", seen.GetProperty("hello").GetProperty("path").GetString());
        Assert.Equal(upstream == "Http1" ? "1.1" : "2", seen.GetProperty("hello").GetProperty("version").GetString());
        Assert.True(
            seen.GetProperty("hello").GetProperty("key").ValueKind == (upstream == "Http1" ? JsonValueKind.String : JsonValueKind.Null),
            text);
        Assert.Equal(7, seen.GetProperty("echoed").GetArrayLength());
        Assert.All(seen.GetProperty("echoed").EnumerateArray(), echoed => Assert.True(echoed.GetBoolean(), text));
        Assert.Equal("p", seen.GetProperty("pong").GetString());
        Assert.Equal(4001, seen.GetProperty("end").GetProperty("code").GetInt32());
        Assert.Equal("as you wish", seen.GetProperty("end").GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2")]
    public async Task A_refused_websocket_is_an_ordinary_response(string client)
    {
        using PeerProcess host = await PeerProcess.StartNodeAsync("websocket.js", "http1");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.AnyHttpTo("Http1", host.Address).ToString());
        JsonElement seen = await PeerProcess.RunNodeAsync("websocketclient.js", client, $"{mosn.PortOf("web")}", "/refuse");
        Assert.Equal(403, seen.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Curl_gets_through_a_tunnel_that_ends_here()
    {
        using PeerProcess host = await PeerProcess.StartNodeAsync("http.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Http("web", """{"match":{"prefix":"/"},"route":{"cluster_name":"up","connect":"terminate"} }""")
            .Cluster("up", host.Address)
            .ToString());
        (int code, string output, string errors) = await PeerProcess.RunAsync(
            "curl", "-sS", "--proxytunnel", "-x", mosn.UrlOf("web", ""), "-w", " %{http_connect} %{http_code}",
            "http://somewhere.example/echo", "-d", "hello");
        Assert.True(code == 0, errors);
        Assert.Equal("hello 200 200", output);
    }

    [Fact]
    public async Task Curl_is_told_that_there_are_no_tunnels()
    {
        using PeerProcess host = await PeerProcess.StartNodeAsync("http.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(host.Address).ToString());
        (int code, string output, _) = await PeerProcess.RunAsync(
            "curl", "-sS", "--proxytunnel", "-x", mosn.UrlOf("web", ""), "-w", "%{http_connect}", "http://x.example/");
        Assert.Equal(56, code);
        Assert.Equal("501", output);
    }

    [Fact]
    public async Task Curl_and_nghttp_go_on_in_http2_on_a_connection_that_began_in_http1()
    {
        using PeerProcess host = await PeerProcess.StartNodeAsync("http.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.AnyHttpTo("Http1", host.Address).ToString());
        (int code, string output, string errors) = await PeerProcess.RunAsync(
            "curl", "-sS", "--http2", "-w", " %{http_code} %{http_version}", mosn.UrlOf("web", "/echo"));
        Assert.True(code == 0, errors);
        Assert.EndsWith(" 200 2", output);
        (code, output, errors) = await PeerProcess.RunAsync("nghttp", "-v", "-u", mosn.UrlOf("web", "/echo"));
        Assert.True(code == 0, errors);
        Assert.Contains("HTTP Upgrade success", output);
        Assert.Contains(":status: 200", output);
    }

    [Fact]
    public async Task A_listener_of_http1_tells_a_client_of_http2_which_version_it_speaks()
    {
        using PeerProcess host = await PeerProcess.StartNodeAsync("http.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(host.Address).ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
        await client.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 505 HTTP Version Not Supported\r\n", await client.ReadThroughAsync("\r\n\r\n"));
    }

    [Fact]
    public async Task One_port_serves_http_and_hands_everything_else_on()
    {
        using PeerProcess web = await PeerProcess.StartNodeAsync("http.js");
        using PeerProcess raw = await PeerProcess.StartNodeAsync("tcp.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.AnyHttpTo("Http1", web.Address)
            .Cluster("raw", raw.Address)
            .FallBackTo("raw")
            .ToString());
        (int code, string output, string errors) = await PeerProcess.RunAsync(
            "curl", "-sS", "--http2-prior-knowledge", "-w", " %{http_version}", "-d", "hello", mosn.UrlOf("web", "/echo"));
        Assert.True(code == 0, errors);
        Assert.Equal("hello 2", output);
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
        await client.SendAsync("\u0001\u0002 what is this?");
        Assert.Equal("\u0001\u0002 what is this?", await client.ReadThroughAsync("?"));
    }
}
