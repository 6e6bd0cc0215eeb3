using Mosn.Protocols;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>What one header of a request must be; of several with the same name the first counts, as in MOSN. Immutable.</summary>
/// <param name="name">Lower case.</param>
/// <param name="isInverted">The condition holds when it otherwise would not, a missing header included.</param>
internal sealed class HeaderCondition(byte[] name, TextMatch match, bool isInverted = false) : RouteCondition
{
    private readonly KnownHeader _known = KnownHeaders.Of(name);

    public byte[] Name => name;

    /// <summary>The value if the header must have exactly this one; else null.</summary>
    public byte[]? OnlyValue => match.Test == TextTest.Exact && !isInverted ? match.Text : null;

    public override bool Holds(StreamContext stream)
    {
        RequestHead request = stream.Request;
        bool isThere = _known == KnownHeader.None
            ? request.TryGetHeader(name, out ReadOnlySpan<byte> value)
            : request.TryGetHeader(_known, out value);
        return (isThere && match.Takes(value)) != isInverted;
    }
}
