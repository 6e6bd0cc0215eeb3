using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>Clients and servers of SOFARPC with HTTP on the other side.</summary>
public sealed class TranscoderTests
{
    private const string Service = "com.example.Calculator:1.0";

    [Theory]
    [InlineData("--http1.1")]
    [InlineData("--http2-prior-knowledge")]
    public async Task Curl_calls_a_SOFA_server(string version)
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("sofaserver.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(Config("Http1,Http2", "bolt", "request.SofaRequest", server.Address));
        string folder = Directory.CreateTempSubdirectory("mosn-e2e-transcoder").FullName;
        try
        {
            Assert.Equal(3, (await CurlAsync("plus", "[1,2]")).GetProperty("appResponse").GetInt32());
            string large = new('x', 50_000);
            Assert.Equal(large, (await CurlAsync("echo", $"[\"{large}\"]")).GetProperty("appResponse").GetString());
            await CallAsync("fail", "[]", status: 500); // The server says 2, "server exception".
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        async Task<string> CallAsync(string method, string arguments, int status)
        {
            string call = Path.Combine(folder, "call");
            string answer = Path.Combine(folder, "answer");
            await ShellAsync($"{Content} request {Service} {method} \"$(cat)\" > '{call}'", arguments);
            string code = await ShellAsync(
                $"curl -sS {version} -H 'service: {Service}' --data-binary '@{call}' -o '{answer}' -w '%{{http_code}}' "
                + $"'{mosn.UrlOf("in", "/")}'", "");
            Assert.Equal($"{status}", code);
            return answer;
        }

        async Task<JsonElement> CurlAsync(string method, string arguments)
        {
            string answer = await CallAsync(method, arguments, status: 200);
            return JsonDocument.Parse(await ShellAsync($"{Content} response < '{answer}'", "")).RootElement;
        }
    }

    [Theory]
    [InlineData("Http1", "")]
    [InlineData("Http2", "2")]
    public async Task A_SOFA_client_calls_a_server_of_HTTP(string protocol, string argument)
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("sofahttp.js", argument);
        using MosnProcess mosn = await MosnProcess.StartAsync(Config("bolt", protocol, "response.SofaResponse", server.Address));
        AssertRight(await RunClientAsync($"{mosn.AddressOf("in")}", 2000), 2000);
    }

    [Fact]
    public async Task A_SOFA_client_calls_a_SOFA_server_through_HTTP()
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("sofaserver.js");
        using MosnProcess back = await MosnProcess.StartAsync(Config("Http2", "bolt", "request.SofaRequest", server.Address));
        using MosnProcess mosn =
            await MosnProcess.StartAsync(Config("bolt", "Http2", "response.SofaResponse", $"{back.AddressOf("in")}"));
        AssertRight(await RunClientAsync($"{mosn.AddressOf("in")}", 1000), 1000);
    }

    /// <summary>The program of the example, with the packages of these tests.</summary>
    private static string Content =>
        $"NODE_PATH='{PeerProcess.PathOf("../node_modules")}' "
        + $"node '{PeerProcess.PathOf("../../../examples/bolt-to-http/content.js")}'";

    private static string Config(string client, string host, string contentClass, string address) =>
        new ConfigText()
            .Http(
                "in",
                """{ "match": { "prefix": "/" }, "route": { "cluster_name": "up" } }""",
                listener: $$"""
                    {
                      "stream_filters": [{
                        "type": "transcoder", "config": { "config": { "class": "com.alipay.sofa.rpc.core.{{contentClass}}" } }
                      }]
                    }
                    """,
                protocol: client)
            .Cluster("up", $$"""{ "protocol": "{{host}}" }""", [address])
            .ToString();

    private static Task<JsonElement> RunClientAsync(string address, int count) =>
        PeerProcess.RunNodeAsync("sofaclient.js", address, "calls", $"{count}");

    private static async Task<string> ShellAsync(string command, string input)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, input);
            (int code, string output, string errors) = await PeerProcess.RunAsync("sh", "-c", $"{{ {command} ; }} < '{file}'");
            Assert.True(code == 0, errors);
            return output;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void AssertRight(JsonElement seen, int count)
    {
        Assert.False(seen.TryGetProperty("error", out JsonElement error), $"{error}");
        Assert.Equal(3, seen.GetProperty("plus").GetInt32());
        Assert.True(seen.GetProperty("echo").GetBoolean());
        Assert.Contains("on purpose", seen.GetProperty("fail").GetString(), StringComparison.Ordinal);
        Assert.Matches("no response|Server exception", seen.GetProperty("timeout").GetString());
        Assert.Equal(count, seen.GetProperty("right").GetInt32());
    }
}
