using System.Runtime.CompilerServices;
using System.Text;
using Mosn.Cli;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>The configuration of <c>examples/protocol</c>, with its protocol in the product.</summary>
public sealed class ProtocolExampleTests : IDisposable
{
    private static readonly string s_file = Path.Combine(Folder(), "mosn.json");
    private readonly ProxyWorld _world;
    private readonly MemoryHost _greeter;
    private readonly MemoryPeer _client;

    public ProtocolExampleTests()
    {
        string config = File.ReadAllText(s_file)
            .Replace(":8080", $":{ProxyWorld.ListenerPort}", StringComparison.Ordinal)
            .Replace(":8081", $":{ProxyWorld.UpstreamPort}", StringComparison.Ordinal)
            .Replace("\"log_path\": \"stdout\"", "\"log_path\": \"/dev/null\"", StringComparison.Ordinal);
        _world = new ProxyWorld(config, extensions: RpcDialect.Extensions);
        _greeter = _world.Upstream();
        _client = _world.Client();
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void A_call_goes_to_the_service_that_it_names()
    {
        Send("C0DE01000000000700000BB80705000000036772656574657268656C6C6F416461");
        Assert.Equal("greeterhelloAda", TextOf(_greeter.Peers[0])[18..]);
        _greeter.Peers[0].Send(Convert.FromHexString("C0DE0300000000010000000000000000000A68656C6C6F2C20416461"));
        _world.Run();
        Assert.Equal("C0DE0300000000070000000000000000000A68656C6C6F2C20416461", Convert.ToHexString(_client.Received));
    }

    [Fact]
    public void A_route_may_call_another_service_than_the_client()
    {
        byte[] call = [.. Convert.FromHexString("C0DE01000000000700000BB80B0500000003"), .. "old-greeterhelloAda"u8];
        Send(Convert.ToHexString(call));
        byte[] received = _greeter.Peers[0].Received.ToArray();
        Assert.Equal((7, 5), (received[12], received[13]));
        Assert.Equal("greeterhelloAda", Encoding.ASCII.GetString(received[18..]));
    }

    [Fact]
    public void A_service_that_nobody_serves_is_an_answer_of_the_protocol()
    {
        byte[] call = [.. Convert.FromHexString("C0DE01000000000700000BB80705000000036E6F626F6479"), .. "?helloAda"u8];
        Send(Convert.ToHexString(call));
        Assert.Equal("C0DE03010000000700000000000000000000", Convert.ToHexString(_client.Received));
    }

    [Fact]
    public void The_same_port_speaks_http_and_Bolt()
    {
        _client.Send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        MemoryPeer bolt = _world.Client();
        bolt.Send(RealFrames.BoltHeartbeat);
        _world.Run();
        Assert.EndsWith("hello from HTTP\n", TextOf(_client), StringComparison.Ordinal);
        Assert.Equal(RealFrames.BoltHeartbeatReply, bolt.Received.ToArray());
    }

    [Fact]
    public void A_host_that_is_silent_is_asked_whether_it_is_there()
    {
        Send("C0DE01000000000700000000" + "0705000000036772656574657268656C6C6F416461");
        MemoryPeer greeter = _greeter.Peers[0];
        greeter.ClearReceived();
        _world.Advance(5_100);
        Assert.Equal("C0DE04000000000200000000000000000000", Convert.ToHexString(greeter.Received));
    }

    [Fact]
    public async Task The_check_knows_a_protocol_that_was_added()
    {
        using StringWriter output = new();
        CliContext context =
            new(output, output, _ => null, TimeProvider.System, "/proc") { Extensions = RpcDialect.Extensions };
        Assert.Equal(0, await CommandLine.RunAsync(["check", "--strict", "-c", s_file], context));
        Assert.Contains("no errors, no warnings", output.ToString());
    }

    [Fact]
    public void The_guide_shows_what_is_there()
    {
        string root = Path.Combine(Folder(), "../..");
        string sources = string.Concat(new[]
        {
            "examples/protocol/CourierCodec.cs", "examples/protocol/Program.cs", "fuzz/Mosn.Fuzz/FrameTarget.cs",
            "test/Mosn.Tests/Protocols/Frames/CourierCodecConformanceTests.cs",
        }.Select(file => File.ReadAllText(Path.Combine(root, file))));
        string[] lines =
        [
            .. File.ReadAllText(Path.Combine(root, "docs/write-a-protocol.md")).Split("```csharp\n")[1..]
                .SelectMany(static block => block[..block.IndexOf("```", StringComparison.Ordinal)].Split('\n'))
                .Select(static line => line.Trim())
                .Where(static line => !line.Contains("...", StringComparison.Ordinal)),
        ];
        Assert.True(lines.Length > 30);
        Assert.All(lines, line => Assert.Contains(line, sources, StringComparison.Ordinal));
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../examples/protocol"));

    private static string TextOf(MemoryPeer peer) => Encoding.Latin1.GetString(peer.Received);

    private void Send(string frame)
    {
        _client.Send(Convert.FromHexString(frame));
        _world.Run();
    }
}
