using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Filters;

/// <summary>Requests, and what becomes of them. Immutable, but for what it looks up once; any thread.</summary>
internal sealed class TranscoderRule
{
    /// <summary>In lower case; null: every request.</summary>
    private readonly byte[]? _header;
    private readonly byte[] _value = [];

    /// <summary>What the client must speak; null: anything.</summary>
    private readonly IReadOnlyList<string>? _from;
    private readonly string _to;

    /// <summary>Found when it is first needed: a route's rules are compiled where nobody knows the protocols.</summary>
    private StreamProtocol? _protocol;

    public TranscoderRule(TranscoderRuleConfig config, TranscodingSettings ofFilter)
    {
        _header = config.HeaderName is { } name ? Encoding.UTF8.GetBytes(name.ToLowerInvariant()) : null;
        _value = Encoding.UTF8.GetBytes(config.HeaderValue);
        _to = config.UpstreamProtocol;
        Messages = config.Settings is { } settings ? new TranscodingSettings(settings) : ofFilter;
    }

    /// <summary>For the requests that no other rule takes.</summary>
    public TranscoderRule(IReadOnlyList<string> from, string to, TranscodingSettings ofFilter)
    {
        _from = from;
        _to = to;
        Messages = ofFilter;
    }

    /// <summary>How its requests are translated.</summary>
    public TranscodingSettings Messages { get; }

    public bool Takes(HeaderBlock headers) =>
        _header is null || (headers.TryGet(_header, out ReadOnlySpan<byte> value) && value.SequenceEqual(_value));

    /// <summary>What requests go upstream in; null: the rule leaves them as they are.</summary>
    /// <param name="spoken">What the client speaks.</param>
    /// <param name="named">Knows protocols by their names. Gives the same object each time, on every loop.</param>
    public StreamProtocol? To(StreamProtocol spoken, Func<string, StreamProtocol?> named)
    {
        if (_from is not null && !_from.Contains(spoken.Name))
        {
            return null;
        }
        return _protocol ??= named(_to);
    }
}
