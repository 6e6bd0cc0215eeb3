using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Filters;

/// <summary>Which responses of a listener or a route are compressed, and how. Immutable.</summary>
internal sealed class GzipSettings(GzipFilterConfig config)
{
    private readonly ContentCoding[] _offers = ContentCodings.Compile(config.Encodings);
    private readonly byte[][] _contentTypes = [.. config.ContentTypes.Select(Encoding.UTF8.GetBytes)];
    private readonly long _bytesMin = config.ContentLength;

    /// <summary>Of gzip, 1 to 9.</summary>
    public int Level { get; } = config.Level;

    public int BrotliQuality { get; } = config.BrotliQuality;

    public int ZstdLevel { get; } = config.ZstdLevel;

    /// <summary>Responses that one loop compresses at a time.</summary>
    public int StreamsMax { get; } = config.MaxStreams;

    /// <summary>Whether the response may be compressed, for a client that takes it.</summary>
    public bool Takes(RequestHead request, ResponseHead response) =>
        _offers.Length > 0
        && response.HasBody
        && response.Status is >= 200 and not 206
        && request.KnownMethod != KnownMethod.Head
        && (response.Framing != BodyFraming.Length || response.ContentLength >= _bytesMin)
        && !response.Headers.Contains(KnownHeader.ContentEncoding)
        && !response.Headers.Contains(KnownHeader.ContentRange)
        && HasContentType(response.Headers)
        && !ContentCodings.ForbidsTransform(response.Headers);

    /// <summary>The coding for this client; None: the body goes as it is.</summary>
    public ContentCoding Choose(RequestHead request) => AcceptEncoding.Choose(request.Headers, _offers);

    /// <summary>What is in front of the parameters.</summary>
    public static ReadOnlySpan<byte> MediaType(HeaderBlock headers)
    {
        headers.TryGet(KnownHeader.ContentType, out ReadOnlySpan<byte> value);
        int semicolon = value.IndexOf((byte)';');
        return (semicolon < 0 ? value : value[..semicolon]).Trim(" \t"u8);
    }

    private bool HasContentType(HeaderBlock headers)
    {
        ReadOnlySpan<byte> type = MediaType(headers);
        foreach (byte[] listed in _contentTypes)
        {
            if (Ascii.EqualsIgnoreCase(type, listed))
            {
                return true;
            }
        }
        return false;
    }
}
