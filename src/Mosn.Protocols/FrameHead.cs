namespace Mosn.Protocols;

/// <summary>
/// What a codec found out about one frame, without a copy of it: kind, id, and where its parts lie. Belongs to one stream
/// and is used again for the next one; not for use by two threads.
/// </summary>
public sealed class FrameHead
{
    /// <summary>What the frame is for.</summary>
    public FrameKind Kind { get; set; }

    /// <summary>Tells the frame's call from others on its connection.</summary>
    public ulong Id { get; set; }

    /// <summary>Milliseconds that the caller waits; 0: it does not say; negative: for ever.</summary>
    public long TimeoutMs { get; set; }

    /// <summary>Of a response: the protocol's own status.</summary>
    public int Status { get; set; }

    /// <summary>Bytes of the whole frame.</summary>
    public int Length { get; set; }

    /// <summary>Bytes before the content: fixed fields, names, header map.</summary>
    public int HeadLength { get; set; }

    /// <summary>Bytes behind the content that are the framing's own: a checksum.</summary>
    public int TrailerLength { get; set; }

    /// <summary>Where the fields lie that routes may look at; 0 bytes: there are none.</summary>
    public int FieldsStart { get; set; }

    /// <summary>Bytes of them.</summary>
    public int FieldsLength { get; set; }

    /// <summary>The head is not what the protocol says, though it is known where the frame ends: it gets an error for an answer.</summary>
    public bool IsBroken { get; set; }

    /// <summary>
    /// Bytes at the end of the content that hold fields, too; known once the fields are read. If they are changed, this end is
    /// written anew.
    /// </summary>
    public int TailLength { get; set; }

    /// <summary>
    /// True of a large frame that is passed on while it comes: <see cref="Bytes"/> ends after the first of its content, and only
    /// the message's body has all of it.
    /// </summary>
    public bool IsStreamed { get; set; }

    /// <summary>Whatever else the codec wants to remember of the frame; nobody else's business.</summary>
    public int Form { get; set; }

    /// <summary>True if a host has sent it: what looks like a call may be an answer.</summary>
    public bool IsFromHost { get; init; }

    /// <summary>Whose frame it is; null while that does not matter.</summary>
    public FrameReaders? Readers { get; set; }

    /// <summary>Bytes of the content.</summary>
    public int ContentLength => Length - HeadLength - TrailerLength;

    /// <summary>Holds the frame; null while it is only looked at.</summary>
    public IFrameSource? Source { get; set; }

    /// <summary>The frame; its start, if it <see cref="IsStreamed"/>. Only with a <see cref="Source"/>.</summary>
    public ReadOnlySpan<byte> Bytes => Source!.FrameBytes;

    /// <summary>Says how long the frame is, and its parts. For lengths as they were read, whatever they are.</summary>
    /// <returns>False, and nothing is set: no frame can be so long, and so this is none.</returns>
    public bool TrySetLengths(long headLength, long contentLength, int trailerLength = 0)
    {
        if ((ulong)headLength > int.MaxValue || (ulong)contentLength > int.MaxValue || (uint)trailerLength > int.MaxValue
            || headLength + contentLength + trailerLength > int.MaxValue)
        {
            return false;
        }
        Length = (int)(headLength + contentLength + trailerLength);
        HeadLength = (int)headLength;
        TrailerLength = trailerLength;
        return true;
    }

    /// <summary>Takes over what another has found out, but not the frame itself nor whose codec reads it.</summary>
    public void CopyFrom(FrameHead other)
    {
        Kind = other.Kind;
        Id = other.Id;
        TimeoutMs = other.TimeoutMs;
        Status = other.Status;
        Length = other.Length;
        HeadLength = other.HeadLength;
        TrailerLength = other.TrailerLength;
        FieldsStart = other.FieldsStart;
        FieldsLength = other.FieldsLength;
        TailLength = other.TailLength;
        Form = other.Form;
        IsBroken = other.IsBroken;
    }

    /// <summary>Makes it ready for the next frame.</summary>
    public void Clear()
    {
        Kind = FrameKind.Request;
        Id = 0;
        TimeoutMs = 0;
        Status = 0;
        Length = HeadLength = TrailerLength = FieldsStart = FieldsLength = TailLength = Form = 0;
        IsBroken = IsStreamed = false;
        Source = null;
    }
}
