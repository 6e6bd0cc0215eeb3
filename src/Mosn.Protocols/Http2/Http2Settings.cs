using System.Buffers.Binary;

namespace Mosn.Protocols.Http2;

/// <summary>What one end of a connection has told the other that it accepts (RFC 9113 section 6.5).</summary>
public record struct Http2Settings()
{
    /// <summary>Bytes of one parameter.</summary>
    public const int ParameterSize = 6;

    /// <summary>Bytes of payload that every peer takes.</summary>
    public const int FrameSizeMin = 16 * 1024;

    private const int FrameSizeMax = (1 << 24) - 1;

    private enum Id : ushort
    {
        HeaderTableSize = 1,
        EnablePush = 2,
        MaxConcurrentStreams = 3,
        InitialWindowSize = 4,
        MaxFrameSize = 5,
        MaxHeaderListSize = 6,
        EnableConnectProtocol = 8,
        NoRfc7540Priorities = 9,
    }

    /// <summary>Bytes of the compression table that the sender's decoder keeps.</summary>
    public uint HeaderTableSize { get; set; } = 4096;

    /// <summary>Streams that may be open at a time.</summary>
    public uint MaxConcurrentStreams { get; set; } = uint.MaxValue;

    /// <summary>Bytes that may be sent on a new stream before the first WINDOW_UPDATE.</summary>
    public int InitialWindowSize { get; set; } = 65_535;

    /// <summary>Bytes of the largest payload.</summary>
    public int MaxFrameSize { get; set; } = FrameSizeMin;

    /// <summary>Bytes of a field list, each field counted with 32 more.</summary>
    public uint MaxHeaderListSize { get; set; } = uint.MaxValue;

    /// <summary>Extended CONNECT is understood (RFC 8441).</summary>
    public bool EnableConnectProtocol { get; set; }

    /// <summary>Whether that payload of a SETTINGS frame is allowed on a new connection.</summary>
    public static bool IsValid(ReadOnlySpan<byte> payload, bool fromServer) =>
        payload.Length % ParameterSize == 0 && new Http2Settings().Apply(payload, fromServer) == Http2ErrorCode.NoError;

    /// <summary>Takes over the payload of a SETTINGS frame. Unknown parameters are ignored.</summary>
    /// <param name="fromServer">Whether the server sent it.</param>
    /// <returns>Other than NoError: the connection is to end with it.</returns>
    public Http2ErrorCode Apply(ReadOnlySpan<byte> payload, bool fromServer)
    {
        for (; payload.Length >= ParameterSize; payload = payload[ParameterSize..])
        {
            Id id = (Id)BinaryPrimitives.ReadUInt16BigEndian(payload);
            uint value = BinaryPrimitives.ReadUInt32BigEndian(payload[2..]);
            switch (id)
            {
                case Id.HeaderTableSize:
                    HeaderTableSize = value;
                    break;
                case Id.EnablePush when value > 1 || (fromServer && value == 1):
                    return Http2ErrorCode.ProtocolError;
                case Id.MaxConcurrentStreams:
                    MaxConcurrentStreams = value;
                    break;
                case Id.InitialWindowSize when value > int.MaxValue:
                    return Http2ErrorCode.FlowControlError;
                case Id.InitialWindowSize:
                    InitialWindowSize = (int)value;
                    break;
                case Id.MaxFrameSize when value is < FrameSizeMin or > FrameSizeMax:
                    return Http2ErrorCode.ProtocolError;
                case Id.MaxFrameSize:
                    MaxFrameSize = (int)value;
                    break;
                case Id.MaxHeaderListSize:
                    MaxHeaderListSize = value;
                    break;
                // RFC 8441 section 3: not taken back once it was said. RFC 9218 section 2.1: 0 or 1.
                case Id.EnableConnectProtocol when value > 1 || (EnableConnectProtocol && value == 0):
                case Id.NoRfc7540Priorities when value > 1:
                    return Http2ErrorCode.ProtocolError;
                case Id.EnableConnectProtocol:
                    EnableConnectProtocol = value == 1;
                    break;
                default:
                    break;
            }
        }
        return Http2ErrorCode.NoError;
    }

    /// <summary>
    /// Tells an encoder each size of its table that the payload names, in their order: the smallest must be said, too
    /// (RFC 7541 section 4.2).
    /// </summary>
    internal static void ApplyTableSizes(ReadOnlySpan<byte> payload, HpackEncoder encoder)
    {
        for (; payload.Length >= ParameterSize; payload = payload[ParameterSize..])
        {
            if ((Id)BinaryPrimitives.ReadUInt16BigEndian(payload) == Id.HeaderTableSize)
            {
                encoder.TableBytesMax = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(payload[2..]), int.MaxValue);
            }
        }
    }

    /// <summary>Writes the parameters that differ from what every connection begins with.</summary>
    /// <param name="fromServer">A server does not speak of push; a client refuses it.</param>
    /// <returns>Bytes written, at most eight parameters.</returns>
    public readonly int Write(Span<byte> room, bool fromServer)
    {
        Http2Settings initial = new();
        int at = 0;
        if (!fromServer)
        {
            Put(room, ref at, Id.EnablePush, 0);
        }
        if (HeaderTableSize != initial.HeaderTableSize)
        {
            Put(room, ref at, Id.HeaderTableSize, HeaderTableSize);
        }
        if (MaxConcurrentStreams != initial.MaxConcurrentStreams)
        {
            Put(room, ref at, Id.MaxConcurrentStreams, MaxConcurrentStreams);
        }
        if (InitialWindowSize != initial.InitialWindowSize)
        {
            Put(room, ref at, Id.InitialWindowSize, (uint)InitialWindowSize);
        }
        if (MaxHeaderListSize != initial.MaxHeaderListSize)
        {
            Put(room, ref at, Id.MaxHeaderListSize, MaxHeaderListSize);
        }
        if (EnableConnectProtocol)
        {
            Put(room, ref at, Id.EnableConnectProtocol, 1);
        }
        if (fromServer)
        {
            Put(room, ref at, Id.NoRfc7540Priorities, 1);
        }
        return at;
    }

    private static void Put(Span<byte> room, ref int at, Id id, uint value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(room[at..], (ushort)id);
        BinaryPrimitives.WriteUInt32BigEndian(room[(at + 2)..], value);
        at += ParameterSize;
    }
}
