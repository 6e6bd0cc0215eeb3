using Mosn.Protocols;

namespace Mosn.Proxy.Routing;

/// <summary>Changes the path that is sent upstream. The query stays.</summary>
internal interface IPathRewrite
{
    /// <summary>The header that tells the upstream the path before.</summary>
    static ReadOnlySpan<byte> OriginalPathHeader => "x-mosn-original-path"u8;

    void Apply(RequestHead request);

    /// <summary>Sets a new path and keeps the old one in a header; an invalid one changes nothing.</summary>
    protected static void Replace(RequestHead request, ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> old = request.Path; // Stays readable: changes are appended.
        if (request.TrySetPath(path))
        {
            request.Headers.TrySet(OriginalPathHeader, old);
        }
    }
}
