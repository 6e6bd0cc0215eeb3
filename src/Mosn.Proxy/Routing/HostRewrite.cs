using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Routing;

/// <summary>The host that is sent upstream. At most one of the three ways is given. Immutable.</summary>
/// <param name="Authority">A valid host with an optional port.</param>
/// <param name="FromHeader">The header that names the host; if it is missing or names none, the host stays.</param>
/// <param name="FromUpstream">The name of the chosen host; if it has none, the request's own host goes there.</param>
internal sealed record HostRewrite(byte[]? Authority = null, byte[]? FromHeader = null, bool FromUpstream = false)
{
    private const int NameLengthMax = 255;

    /// <summary>Once for each request.</summary>
    public void Apply(RequestHead request)
    {
        if (Authority is not null)
        {
            request.SetAuthority(Authority);
        }
        else if (FromHeader is not null && request.TryGetHeader(FromHeader, out ReadOnlySpan<byte> value))
        {
            request.TrySetAuthority(value);
        }
    }

    /// <summary>Once for each try.</summary>
    public void Apply(StreamContext stream, Host host)
    {
        if (!FromUpstream)
        {
            return;
        }
        bool isFirst = !stream.HasKeptAuthority;
        if (isFirst)
        {
            stream.KeepAuthority();
        }
        Span<byte> name = stackalloc byte[NameLengthMax];
        if (Encoding.UTF8.TryGetBytes(host.HostName, name, out int length) && length > 0
            && stream.Request.TrySetAuthority(name[..length]))
        {
            return;
        }
        if (!isFirst)
        {
            Restore(stream);
        }
    }

    /// <summary>The host before went under its own name, which is not this one's.</summary>
    private static void Restore(StreamContext stream)
    {
        if (stream.KeptAuthority.IsEmpty)
        {
            stream.Request.RemoveAuthority();
        }
        else
        {
            stream.Request.SetAuthority(stream.KeptAuthority);
        }
    }
}
