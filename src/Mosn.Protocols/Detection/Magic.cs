namespace Mosn.Protocols.Detection;

/// <summary>Protocols whose connections begin with bytes that are always the same.</summary>
public static class Magic
{
    /// <summary>Whether a connection that begins so begins with these bytes.</summary>
    public static ProtocolMatch Match(ReadOnlySpan<byte> start, ReadOnlySpan<byte> magic)
    {
        int length = Math.Min(start.Length, magic.Length);
        return !start[..length].SequenceEqual(magic[..length]) ? ProtocolMatch.No
            : length < magic.Length ? ProtocolMatch.More
            : ProtocolMatch.Yes;
    }
}
