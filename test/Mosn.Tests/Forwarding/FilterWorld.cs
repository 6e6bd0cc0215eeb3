using Mosn.Protocols;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Server;
using Mosn.Proxy.Streams;
using Mosn.Testing;
using Mosn.Transport.Buffers;

namespace Mosn.Tests.Forwarding;

/// <summary>The whole proxy in memory with stream filters that a test writes itself.</summary>
internal sealed class FilterWorld : IDisposable
{
    /// <summary>A filter type that the configuration's reader knows and that has no filter of its own.</summary>
    private const string FilterType = "seata";

    public FilterWorld(
        Action<StreamFilterChain, FilterContext> addTo, string route = "", string cluster = "", int hosts = 1)
    {
        Extensions extensions = Extensions.BuiltIn();
        extensions.StreamFilters.Add(FilterType, (_, _) => new Factory(addTo));
        Proxy = new ProxyWorld(
            ProxyWorld.Http(
                listener: $$""", "stream_filters": [{ "type": "{{FilterType}}" }]""", route: route, cluster: cluster, hosts: hosts),
            extensions: extensions);
        Upstreams = [.. Enumerable.Range(0, hosts).Select(i => Proxy.Upstream(index: i))];
        Client = Proxy.Client();
    }

    public ProxyWorld Proxy { get; }

    public MemoryHost[] Upstreams { get; }

    public MemoryPeer Client { get; }

    /// <summary>The newest connection to the first host.</summary>
    public MemoryPeer Host => Upstreams[0].Peers[^1];

    public int ConnectionCount => Upstreams.Sum(static host => host.Peers.Count);

    public void Send(string text)
    {
        Client.Send(text);
        Proxy.Run();
    }

    public void Answer(string text)
    {
        Host.Send(text);
        Proxy.Run();
    }

    /// <summary>Whatever happened: nothing is left when everybody has gone.</summary>
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

    private sealed class Factory(Action<StreamFilterChain, FilterContext> addTo) : IStreamFilterFactory
    {
        public void AddTo(StreamFilterChain chain, FilterContext context) => addTo(chain, context);
    }
}

/// <summary>A request filter that is one function.</summary>
internal sealed class RequestFilter(Func<FilterContext, ValueTask<FilterVerdict>> run) : IRequestFilter
{
    public RequestFilter(Func<FilterContext, FilterVerdict> run)
        : this(context => ValueTask.FromResult(run(context)))
    {
    }

    public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context) => run(context);
}

/// <summary>A response filter that is one function.</summary>
internal sealed class ResponseFilter(Func<FilterContext, ValueTask<FilterVerdict>> run) : IResponseFilter
{
    public ResponseFilter(Func<FilterContext, FilterVerdict> run)
        : this(context => ValueTask.FromResult(run(context)))
    {
    }

    public ValueTask<FilterVerdict> OnResponseAsync(FilterContext context) => run(context);
}

/// <summary>A filter of a body that is one function.</summary>
internal sealed class BodyFilter(Func<BufferSlice, IBodySink, FilterVerdict> run) : IBodyFilter
{
    public FilterVerdict OnData(FilterContext context, BufferSlice piece, IBodySink next) => run(piece, next);
}

/// <summary>Hears of the ends of streams.</summary>
internal sealed class EndFilter(Action<FilterContext> end) : IStreamEndFilter
{
    public void OnEnd(FilterContext context) => end(context);
}

/// <summary>Makes a body upper case, says so at its end, and holds one byte back to show that it may.</summary>
internal sealed class UpperCaseBody(FilterVerdict verdict = FilterVerdict.Continue) : IBodyFilter
{
    private byte? _held;

    public FilterVerdict OnData(FilterContext context, BufferSlice piece, IBodySink next)
    {
        if (verdict != FilterVerdict.Continue)
        {
            return verdict == FilterVerdict.Reply ? context.Reply(413, "too much"u8.ToArray()) : verdict;
        }
        byte[] text = new byte[piece.Length];
        System.Text.Ascii.ToUpper(piece.Span, text, out _);
        if (_held is { } held)
        {
            next.SendBody([held]);
        }
        next.SendBody(text.AsSpan(0, text.Length - 1));
        _held = text[^1];
        return FilterVerdict.Continue;
    }

    public FilterVerdict OnEnd(FilterContext context, IBodySink next)
    {
        if (_held is { } held)
        {
            next.SendBody([held]);
        }
        next.SendBody("!"u8);
        return FilterVerdict.Continue;
    }
}
