using Mosn.Protocols;
using Mosn.Protocols.Bolt;

namespace Mosn.Proxy.Streams;

/// <summary>What an RPC call is for.</summary>
internal static class CalledNames
{
    /// <summary>
    /// As the client's frame says, or the call that its request was made one. False: it is no call, or does not say.
    /// </summary>
    /// <param name="method">Empty: it names a service and no method.</param>
    public static bool TryGet(StreamContext stream, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method)
    {
        service = method = default;
        return stream.ReceivedFrame is { Readers: { } readers } frame
            ? readers.TryGetNames(frame, out service, out method)
            : stream.Request.Frame is not null && SofaFields.TryGetNames(stream.Request.Headers, out service, out method);
    }
}
