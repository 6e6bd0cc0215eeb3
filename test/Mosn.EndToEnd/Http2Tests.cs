using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mosn.EndToEnd;

/// <summary>HTTP/2 with clients and hosts that we did not write: curl, nghttp, h2load, and Node's own implementation.</summary>
public partial class Http2Tests
{
    [Theory]
    [InlineData("Http1", "http.js")]
    [InlineData("Http2", "http2.js")]
    public async Task Curl_gets_over_either_version_what_a_host_of_either_version_says(string upstream, string script)
    {
        using PeerProcess host = await PeerProcess.StartNodeAsync(script);
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.AnyHttpTo(upstream, host.Address).ToString());
        foreach (string version in (string[])["--http1.1", "--http2-prior-knowledge"])
        {
            (int code, string output, string errors) = await PeerProcess.RunAsync(
                "curl", "-sS", version, "-d", "hello", "-w", " %{http_code} %{http_version}", mosn.UrlOf("web", "/echo"));
            Assert.True(code == 0, errors);
            Assert.Equal($"hello 200 {(version == "--http1.1" ? "1.1" : "2")}", output);
        }
    }

    [Fact]
    public async Task A_large_upload_comes_back_whole()
    {
        using PeerProcess host = await PeerProcess.StartNodeAsync("http2.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.AnyHttpTo("Http2", host.Address).ToString());
        string sent = Path.Combine(mosn.Directory, "sent");
        string received = Path.Combine(mosn.Directory, "received");
        byte[] bytes = new byte[20_000_000];
        new Random(7).NextBytes(bytes);
        await File.WriteAllBytesAsync(sent, bytes);
        (int code, _, string errors) = await PeerProcess.RunAsync(
            "curl", "-sS", "--http2-prior-knowledge", "-X", "POST", "-T", sent, "-o", received, mosn.UrlOf("web", "/echo"));
        Assert.True(code == 0, errors);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(received));
    }

    [Fact]
    public async Task Nghttp_sees_what_nghttpd_serves()
    {
        using PeerProcess host = await PeerProcess.StartNodeAsync("http2.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.AnyHttpTo("Http2", host.Address).ToString());
        (int code, string output, string errors) =
            await PeerProcess.RunAsync("nghttp", "-v", mosn.UrlOf("web", "/trailers"));
        Assert.True(code == 0, errors);
        Assert.Contains("with trailers", output, StringComparison.Ordinal);
        Assert.Contains("x-check: whole", output, StringComparison.Ordinal);
        Assert.DoesNotContain("ERROR", output.Replace("NO_ERROR", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Http1", "http.js", 16, 10)]
    [InlineData("Http2", "http2.js", 16, 10)]
    [InlineData("Http1", "http.js", 4, 100)]
    [InlineData("Http2", "http2.js", 4, 100)]
    public async Task Load_of_many_streams_loses_no_request(string upstream, string script, int connections, int streams)
    {
        using PeerProcess host = await PeerProcess.StartNodeAsync(script);
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.AnyHttpTo(upstream, host.Address).ToString());
        (int code, string output, string errors) = await PeerProcess.RunAsync(
            "h2load", "-n", "10000", "-c", $"{connections}", "-m", $"{streams}", mosn.UrlOf("web", "/echo"));
        Assert.True(code == 0, errors);
        Assert.Matches(AllSucceeded(), output);
        Assert.Contains("status codes: 10000 2xx", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-m", "20")]
    [InlineData("--h1", "-m1")]
    public async Task A_host_that_ends_connections_after_some_requests_costs_none_of_them(params string[] client)
    {
        using PeerProcess nginx = await PeerProcess.StartNginxAsync(
            "keepalive_requests 200; http2_max_concurrent_streams 50; location / { return 200 hello; }", listenOptions: "http2");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.AnyHttpTo("Http2", nginx.Address).ToString());
        (int code, string output, string errors) =
            await PeerProcess.RunAsync("h2load", ["-n", "10000", "-c", "16", .. client, mosn.UrlOf("web", "/")]);
        Assert.True(code == 0, errors);
        Assert.Matches(AllSucceeded(), output);
        Assert.Contains("status codes: 10000 2xx", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookies_and_names_reach_a_host_of_http2()
    {
        JsonElement seen = await ScenarioAsync("simple");
        Assert.Equal(200, seen.GetProperty("status").GetInt32());
        Assert.Equal("hello", seen.GetProperty("body").GetString());
        Assert.Equal("POST", seen.GetProperty("headers").GetProperty("x-method").GetString());
        Assert.Equal("a=1; b=2", seen.GetProperty("headers").GetProperty("x-cookie").GetString());
    }

    [Fact]
    public async Task Trailers_interim_responses_and_heads_alone_pass()
    {
        JsonElement trailers = await ScenarioAsync("trailers");
        Assert.Equal("whole", trailers.GetProperty("trailers").GetProperty("x-check").GetString());
        JsonElement early = await ScenarioAsync("early");
        Assert.Equal(103, early.GetProperty("interim")[0].GetInt32());
        Assert.Equal("late", early.GetProperty("body").GetString());
        JsonElement head = await ScenarioAsync("head");
        Assert.Equal(200, head.GetProperty("status").GetInt32());
        Assert.Equal(0, head.GetProperty("length").GetInt32());
    }

    [Fact]
    public async Task A_host_that_resets_is_a_502_and_one_that_refuses_is_asked_again()
    {
        Assert.Equal(502, (await ScenarioAsync("reset")).GetProperty("status").GetInt32());
        JsonElement refused = await ScenarioAsync("refuse");
        Assert.Equal(200, refused.GetProperty("status").GetInt32());
        Assert.Equal("second", refused.GetProperty("body").GetString());
    }

    [Fact]
    public async Task A_host_that_goes_away_after_each_response_loses_none()
    {
        JsonElement seen = await ScenarioAsync("goaway");
        Assert.Equal("bye", seen.GetProperty("first").GetString());
        Assert.Equal("bye", seen.GetProperty("second").GetString());
    }

    [Fact]
    public async Task Many_bodies_at_once_each_come_back_as_they_were() =>
        Assert.Equal(40, (await ScenarioAsync("many")).GetProperty("right").GetInt32());

    [Fact]
    public async Task A_stream_that_nobody_reads_does_not_stop_the_others()
    {
        JsonElement lengths = (await ScenarioAsync("stalled")).GetProperty("lengths");
        Assert.Equal(20, lengths.GetArrayLength());
        Assert.All(lengths.EnumerateArray(), static length => Assert.Equal(300_000, length.GetInt32()));
    }

    [Fact]
    public async Task Messages_go_back_and_forth_on_one_stream()
    {
        JsonElement got = (await ScenarioAsync("duplex")).GetProperty("got");
        Assert.Equal("message 19", got[19].GetString());
    }

    private static async Task<JsonElement> ScenarioAsync(string name)
    {
        using PeerProcess host = await PeerProcess.StartNodeAsync("http2.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.AnyHttpTo("Http2", host.Address).ToString());
        return await PeerProcess.RunNodeAsync("http2client.js", $"{mosn.AddressOf("web")}", name);
    }

    [GeneratedRegex("10000 succeeded, 0 failed, 0 errored, 0 timeout")]
    private static partial Regex AllSucceeded();
}
