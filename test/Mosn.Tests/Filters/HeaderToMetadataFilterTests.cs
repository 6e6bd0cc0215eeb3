using Mosn.Proxy.Filters;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Server;
using Mosn.Testing;

namespace Mosn.Tests.Filters;

public sealed class HeaderToMetadataFilterTests
{
    private const string Filters =
        """
        {"type": "header_to_metadata", "config": {"request_rules": [
          {"header": "X-Version", "on_header_present": {"key": "version"}, "remove": true},
          {"header": "x-zone", "on_header_present": {"key": "zone", "value": "near"}},
          {"header": "x-canary", "on_header_missing": {"key": "stage", "value": "stable"}}]}},
        {"type": "probe"}
        """;

    [Theory]
    [InlineData("X-Version: 2\r\nX-Zone: any\r\n", "stage=stable version=2 zone=near")]
    [InlineData("X-Canary: yes\r\n", "")]
    [InlineData("", "stage=stable")]
    public void Headers_become_labels(string headers, string labels)
    {
        string seen = "none";
        Extensions extensions = Extensions.BuiltIn();
        extensions.StreamFilters.Add("seata", (_, _) => new Probe(text => seen = text));
        using FilterWorld world = new(new ProxyWorld(
            ProxyWorld.Http(listener: $", \"stream_filters\": [{Filters.Replace("probe", "seata")}]"),
            extensions: extensions));
        world.Get(headers);
        Assert.Equal(labels, seen);
        Assert.DoesNotContain("X-Version", world.Seen);
    }

    [Fact]
    public void A_text_is_made_once()
    {
        TextCache cache = new();
        string first = cache.Of("blue"u8);
        Assert.Equal("blue", first);
        Assert.Same(first, cache.Of("blue"u8));
        Assert.Equal(new string('x', 500), cache.Of(System.Text.Encoding.ASCII.GetBytes(new string('x', 500))));
    }

    /// <summary>Tells which labels the filters before it have set.</summary>
    private sealed class Probe(Action<string> tell) : IStreamFilterFactory, IRequestFilter
    {
        public void AddTo(StreamFilterChain chain, FilterContext context) => chain.Add(RequestPhase.AfterRoute, this);

        public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
        {
            tell(string.Join(' ', context.Stream.HostLabels.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}={pair.Value}")));
            return new(FilterVerdict.Continue);
        }
    }
}
