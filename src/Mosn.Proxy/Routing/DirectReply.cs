using Mosn.Protocols;

namespace Mosn.Proxy.Routing;

/// <summary>An answer that needs no upstream. Immutable.</summary>
/// <param name="Status">200 to 599.</param>
internal sealed record DirectReply(int Status, byte[] Body)
{
    public ReadOnlyMemory<byte> Answer(ResponseHead response)
    {
        response.SetStatus(Status);
        if (Body.Length > 0)
        {
            response.Headers.Add(KnownHeader.ContentType, "text/plain; charset=utf-8"u8);
        }
        return Body;
    }
}
