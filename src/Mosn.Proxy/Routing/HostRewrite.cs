using Mosn.Protocols;

namespace Mosn.Proxy.Routing;

/// <summary>The host that is sent upstream. Exactly one of the two is given. Immutable.</summary>
/// <param name="Authority">A valid host with an optional port.</param>
/// <param name="FromHeader">The header that names the host; if it is missing or names none, the host stays.</param>
internal sealed record HostRewrite(byte[]? Authority, byte[]? FromHeader)
{
    public void Apply(RequestHead request)
    {
        if (Authority is not null)
        {
            request.SetAuthority(Authority);
        }
        else if (request.Headers.TryGet(FromHeader, out ReadOnlySpan<byte> value))
        {
            request.TrySetAuthority(value);
        }
    }
}
