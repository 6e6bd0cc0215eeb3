using System.Text;
using System.Text.Json;
using CourierExample;
using Mosn.Protocols;
using Mosn.Protocols.Bolt;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Config;
using Mosn.Proxy.Server;
using Mosn.Testing;

namespace Mosn.Tests.Server;

/// <summary>A protocol of frames that a binary adds is as known as those of the product.</summary>
public sealed class FrameProtocolRegistryTests
{
    private readonly Extensions _extensions = Extensions.BuiltIn();

    public FrameProtocolRegistryTests() => _extensions.FrameProtocols.Add<CourierCodec>();

    [Fact]
    public void Configurations_may_name_it_and_its_settings()
    {
        ConfigLoadResult result = Load("""
            "downstream_protocol": "courier,Http1", "extend_config": { "courier": { "max_frame_size": 1000 } }
            """, """, "upstream_protocol": "courier" """);
        Assert.Empty(result.Problems);
        ProxyFilterConfig proxy = Assert.IsType<ProxyFilterConfig>(
            result.Config!.Servers[0].Listeners[0].FilterChains[0].Filters[0].Typed);
        Assert.Equal(1000, proxy.Protocols.FramesOf("courier").MaxFrameSize);
    }

    [Fact]
    public void Its_settings_may_stand_alone_if_it_does()
    {
        ConfigLoadResult result = Load(
            """ "downstream_protocol": "courier", "extend_config": { "max_frame_size": 1000 } """, "");
        Assert.Empty(result.Problems);
    }

    [Theory]
    [InlineData(""" "downstream_protocol": "courir" """, "", "unknown protocol")]
    [InlineData(""" "downstream_protocol": "courier" """, """, "upstream_protocol": "curier" """, "unknown protocol")]
    [InlineData(""" "downstream_protocol": "Auto", "extend_config": { "couriers": { } } """, "", "unknown protocol")]
    public void A_name_that_is_nearly_its_own_is_told(string proxy, string route, string problem)
    {
        string[] texts = [.. Load(proxy, route).Problems.Select(ConfigProblemText.Format)];
        Assert.Contains(problem, Assert.Single(texts), StringComparison.Ordinal);
        Assert.Contains("did you mean 'courier'", texts[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_schema_has_its_settings()
    {
        using JsonDocument schema = JsonDocument.Parse(JsonSchemaWriter.Write(_extensions.Protocols.Names));
        JsonElement settings = schema.RootElement.GetProperty("$defs").GetProperty("ProxyFilterConfig")
            .GetProperty("properties").GetProperty("extend_config").GetProperty("properties");
        Assert.Equal("#/$defs/FrameProtocolConfig", settings.GetProperty("courier").GetProperty("$ref").GetString());
        Assert.False(settings.TryGetProperty("Auto", out _));
    }

    [Fact]
    public void A_name_that_is_taken_or_none_is_refused_with_a_word_to_the_author()
    {
        Assert.Equal("BoltCodec: there is a protocol 'bolt' already", Refusal<BoltCodec>());
        Assert.Equal("AutoCodec: there is a protocol 'Auto' already", Refusal<AutoCodec>());
        Assert.Equal(
            "CommaCodec: 'a,b' cannot be the name of a protocol; expected letters, digits, '-', '_' and '.'", Refusal<CommaCodec>());
    }

    private string Refusal<TCodec>()
        where TCodec : struct, IFrameCodec<TCodec> =>
        Assert.Throws<ArgumentException>(() => _extensions.FrameProtocols.Add<TCodec>()).Message;

    private ConfigLoadResult Load(string proxy, string route) => ConfigLoader.LoadText(
        Encoding.UTF8.GetBytes(ProxyWorld.Http(route: route).Replace(
            "\"downstream_protocol\": \"Http1\", \"upstream_protocol\": \"Http1\"", proxy, StringComparison.Ordinal)),
        ConfigFormat.Json,
        "test.json",
        _extensions.ReadOptions);

    private readonly struct AutoCodec : IFrameCodec<AutoCodec>
    {
        public static string Name => "Auto";

        public static ProtocolMatch Match(ReadOnlySpan<byte> start) => ProtocolMatch.No;

        public static DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head) => DecodeStatus.Malformed;

        public static void SetContentLength(Span<byte> head, int contentLength)
        {
        }
    }

    private readonly struct CommaCodec : IFrameCodec<CommaCodec>
    {
        public static string Name => "a,b";

        public static ProtocolMatch Match(ReadOnlySpan<byte> start) => ProtocolMatch.No;

        public static DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head) => DecodeStatus.Malformed;

        public static void SetContentLength(Span<byte> head, int contentLength)
        {
        }
    }
}
