using Mosn.Protocols;
using Mosn.Protocols.Frames;

namespace Mosn.Testing;

/// <summary>
/// Does with single frames what connections do, in rooms that are exactly as large as the codec has asked for: what it
/// writes beyond is an exception.
/// </summary>
public static class FrameProbe<TCodec>
    where TCodec : struct, IFrameCodec<TCodec>
{
    /// <summary>What a connection looks at frames with.</summary>
    public static FrameHead NewHead(bool isFromHost = false) =>
        new() { IsFromHost = isFromHost, Readers = FrameCodecs.ReadersOf<TCodec>() };

    /// <summary>What is found out about a whole frame.</summary>
    /// <exception cref="FrameContractException">It is none, or not the whole of these bytes.</exception>
    public static FrameHead Read(byte[] frame, bool isFromHost = false)
    {
        FrameHead head = NewHead(isFromHost);
        DecodeStatus status = TCodec.Scan(frame, head);
        if (status != DecodeStatus.Complete || head.Length != frame.Length || !TCodec.Inspect(head, frame))
        {
            throw new FrameContractException(
                $"Scan says {status}, {head.Length} bytes, or Inspect says no, of the frame {Convert.ToHexString(frame)}");
        }
        head.Source = new HeldFrame(frame);
        return head;
    }

    /// <summary>The fields that routes see of a frame that is not broken.</summary>
    /// <exception cref="FrameContractException">They cannot be read.</exception>
    public static HeaderBlock FieldsOf(FrameHead head)
    {
        HeaderBlock fields = new();
        return TCodec.TryReadFields(head, fields)
            ? fields
            : throw new FrameContractException("TryReadFields says no, of a frame that is not broken");
    }

    /// <summary>The frame as it is passed on.</summary>
    /// <param name="fields">As they are to be; null: nobody changed them.</param>
    /// <param name="content">Instead of the frame's own; null: that.</param>
    /// <returns>Empty: it is too large for the protocol.</returns>
    public static byte[] PassOn(FrameHead head, ulong id, HeaderBlock? fields = null, byte[]? content = null)
    {
        byte[] body = content ?? head.Bytes.Slice(head.HeadLength, head.ContentLength).ToArray();
        byte[] room = new byte[TCodec.MaxHeadLength(head, fields)];
        byte[] start = room[..TCodec.WriteHead(head, fields, id, room)];
        if (start.Length == 0)
        {
            return [];
        }
        if (fields is not null && head.TailLength > 0)
        {
            byte[] tail = new byte[TCodec.MaxTailLength(head, fields)];
            body = [.. body[..^head.TailLength], .. tail[..TCodec.WriteTail(head, fields, tail)]];
        }
        TCodec.SetContentLength(start, body.Length);
        byte[] trailer = new byte[head.TrailerLength];
        if (trailer.Length > 0)
        {
            TCodec.WriteTrailer(TCodec.Checksum(TCodec.Checksum(0, start), body), trailer);
        }
        return [.. start, .. body, .. trailer];
    }

    /// <summary>What is answered here to a call. Empty: nothing is.</summary>
    public static byte[] Reply(FrameHead request, int status)
    {
        byte[] room = new byte[TCodec.MaxReplyLength(request)];
        return room[..TCodec.WriteReply(request, status, room)];
    }

    /// <summary>A question whether a host is there. Empty: the protocol has none.</summary>
    public static byte[] Heartbeat(ulong id)
    {
        byte[] room = new byte[TCodec.OwnFrameLengthMax];
        return room[..TCodec.WriteHeartbeat(id, room)];
    }

    /// <summary>What is answered here to a heartbeat.</summary>
    public static byte[] HeartbeatReply(FrameHead heartbeat)
    {
        byte[] room = new byte[TCodec.MaxReplyLength(heartbeat)];
        return room[..TCodec.WriteHeartbeatReply(heartbeat, room)];
    }

    /// <summary>What clients are told when the process drains. Empty: the protocol has no word for it.</summary>
    public static byte[] GoAway(ulong id)
    {
        byte[] room = new byte[TCodec.OwnFrameLengthMax];
        return room[..TCodec.WriteGoAway(id, room)];
    }
}
