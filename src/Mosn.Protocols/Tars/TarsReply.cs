using System.Buffers.Binary;

namespace Mosn.Protocols.Tars;

/// <summary>Packets that are made here.</summary>
internal static class TarsReply
{
    /// <summary>The function that peers call to see whether the other end is there, on any servant.</summary>
    public static ReadOnlySpan<byte> Ping => "tars_ping"u8;

    /// <summary>What a response of id 0 has for its text when a server is about to close.</summary>
    public static ReadOnlySpan<byte> Reconnect => "_reconnect_"u8;

    /// <summary>Bytes that suffice for any of them, without names that are repeated.</summary>
    public const int LengthMax = 192;

    /// <summary>A field 0 that is the number 0: what a ping gives back.</summary>
    private static ReadOnlySpan<byte> Zero => [0x0C];

    /// <summary>The same for TUP 3, where results have names: a map of the empty name to the bytes of the number.</summary>
    private static ReadOnlySpan<byte> ZeroOfTup3 => [0x08, 0x00, 0x01, 0x06, 0x00, 0x1D, 0x00, 0x00, 0x01, 0x0C];

    /// <summary>The same for TUP 2, where they have types, too: the name's value is a map of "int32" to the bytes.</summary>
    private static ReadOnlySpan<byte> ZeroOfTup2 =>
    [
        0x08, 0x00, 0x01, 0x06, 0x00, 0x18, 0x00, 0x01, 0x06, 0x05, (byte)'i', (byte)'n', (byte)'t', (byte)'3', (byte)'2',
        0x1D, 0x00, 0x00, 0x01, 0x0C,
    ];

    /// <summary>No results in TUP: a map of nothing. Clients read the map before they look whether the call failed.</summary>
    private static ReadOnlySpan<byte> NoneOfTup => [0x08, 0x0C];

    /// <summary>Writes an answer in the form that the call's version wants.</summary>
    /// <param name="text">Empty: a ping is answered, and has a result.</param>
    public static int Write(
        TarsPacket call, TarsResult result, ReadOnlySpan<byte> text, bool isPing, Span<byte> room)
    {
        ByteWriter writer = new(room);
        writer.WriteInt32(0);
        writer.WriteInt(1, call.Version);
        writer.WriteInt(2, 0);
        if (call.IsTup)
        {
            ReadOnlySpan<byte> zero = call.Version == 2 ? ZeroOfTup2 : ZeroOfTup3;
            WriteTup(ref writer, call, result, text, isPing ? zero : NoneOfTup);
        }
        else
        {
            writer.WriteInt(3, call.Id);
            writer.WriteInt(4, 0);
            writer.WriteInt(5, (int)result);
            writer.WriteBytes(6, isPing ? Zero : default);
            writer.WriteMap(7, 0);
            writer.WriteText(8, text);
            writer.WriteMap(9, 0);
        }
        BinaryPrimitives.WriteInt32BigEndian(room, writer.Length);
        return writer.Length;
    }

    /// <summary>Writes a ping.</summary>
    public static int WritePing(int id, Span<byte> room)
    {
        ByteWriter writer = new(room);
        writer.WriteInt32(0);
        writer.WriteInt(1, 1);
        writer.WriteInt(2, 0);
        writer.WriteInt(3, 0);
        writer.WriteInt(4, id);
        writer.WriteText(5, default);
        writer.WriteText(6, Ping);
        writer.WriteBytes(7, default);
        writer.WriteInt(8, 0);
        writer.WriteMap(9, 0);
        writer.WriteMap(10, 0);
        BinaryPrimitives.WriteInt32BigEndian(room, writer.Length);
        return writer.Length;
    }

    /// <summary>Writes what a server says before it closes.</summary>
    public static int WriteReconnect(Span<byte> room)
    {
        ByteWriter writer = new(room);
        writer.WriteInt32(0);
        writer.WriteInt(1, 1);
        writer.WriteInt(2, 0);
        writer.WriteInt(3, 0);
        writer.WriteInt(4, 0);
        writer.WriteInt(5, 0);
        writer.WriteBytes(6, default);
        writer.WriteMap(7, 0);
        writer.WriteText(8, Reconnect);
        writer.WriteMap(9, 0);
        BinaryPrimitives.WriteInt32BigEndian(room, writer.Length);
        return writer.Length;
    }

    private static void WriteTup(
        ref ByteWriter writer, TarsPacket call, TarsResult result, ReadOnlySpan<byte> text, ReadOnlySpan<byte> value)
    {
        Span<byte> digits = stackalloc byte[16];
        ByteWriter code = new(digits);
        code.WriteDecimal((int)result);
        writer.WriteInt(3, 0);
        writer.WriteInt(4, call.Id);
        writer.WriteText(5, call.Servant);
        writer.WriteText(6, call.Function);
        writer.WriteBytes(7, value);
        writer.WriteInt(8, 0);
        writer.WriteMap(9, 0);
        writer.WriteMap(10, 2);
        writer.WriteText(0, TarsStatus.ResultCode);
        writer.WriteText(1, digits[..code.Length]);
        writer.WriteText(0, "STATUS_RESULT_DESC"u8);
        writer.WriteText(1, text);
    }
}
