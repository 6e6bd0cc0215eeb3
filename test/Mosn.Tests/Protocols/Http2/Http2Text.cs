using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Protocols.Http2;

namespace Mosn.Tests.Protocols.Http2;

/// <summary>Field blocks made by hand, and what a decoder makes of them. One character is one byte.</summary>
internal static class Http2Text
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>Bytes as the RFC prints them: pairs of digits, with any spaces.</summary>
    public static byte[] Hex(string digits) => Convert.FromHexString(digits.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>Literals that no table gets, spelt out.</summary>
    public static byte[] Block(params (string Name, string Value)[] fields) =>
        [.. fields.SelectMany(static field => Literal(0x00, field.Name, field.Value))];

    /// <summary>One literal, spelt out, with the given first byte.</summary>
    public static byte[] Literal(byte first, string name, string value) =>
        [first, .. Length(name), .. Bytes(name), .. Length(value), .. Bytes(value)];

    /// <summary>The fields of a block, as <c>name: value</c>; or why there are none.</summary>
    public static string[] Decode(HpackDecoder decoder, ReadOnlySpan<byte> block)
    {
        HeaderBlock room = new();
        List<string> fields = [];
        int at = 0;
        bool isSound = decoder.TryBegin(block, ref at);
        HpackField field = default;
        while (isSound && at < block.Length)
        {
            isSound = decoder.TryRead(block, ref at, room, ref field);
            if (isSound)
            {
                string name = field.Kind == HpackFieldKind.Authority ? ":authority" : Text(field.Name);
                Assert.Equal(name.Length + field.ValueLength + 32, field.Size);
                fields.Add($"{name}: {Text(field.Value)}{(field.IsNeverIndexed ? " (never)" : "")}");
            }
        }
        return isSound ? [.. fields] : ["bad compression"];
    }

    /// <summary>The dynamic table, newest entry first.</summary>
    public static string[] Entries(HpackDecoder decoder) =>
    [
        .. Enumerable.Range(0, decoder.Table.Count).Select(index =>
        {
            HpackEntry entry = decoder.Table[index];
            string line = Text(decoder.Table.Bytes(entry, entry.NameLength + entry.ValueLength + 4));
            return entry.Kind == HpackFieldKind.Authority ? ":authority" + line[4..^2] : line[..^2];
        }),
    ];

    public static Http2HeadStatus ReadRequest(
        out RequestHead head, bool endStream = true, params (string Name, string Value)[] fields)
    {
        head = new RequestHead();
        return Http2HeadReader.ReadRequest(new HpackDecoder(), Block(fields), Http2HeadLimits.Default, endStream, head);
    }

    public static Http2HeadStatus ReadResponse(
        out ResponseHead head, bool endStream = true, RequestMethodHint method = RequestMethodHint.Other,
        params (string Name, string Value)[] fields)
    {
        head = new ResponseHead();
        return Http2HeadReader.ReadResponse(
            new HpackDecoder(), Block(fields), Http2HeadLimits.Default, endStream, method, head);
    }

    public static byte[] Write(HpackEncoder encoder, RequestHead head, string scheme = "http")
    {
        byte[] room = new byte[Http2HeadWriter.MaxLength(head)];
        return room[..Http2HeadWriter.WriteRequest(encoder, head, Bytes(scheme), room)];
    }

    public static byte[] Write(HpackEncoder encoder, ResponseHead head)
    {
        byte[] room = new byte[Http2HeadWriter.MaxLength(head)];
        return room[..Http2HeadWriter.WriteResponse(encoder, head, room)];
    }

    public static byte[] Write(HpackEncoder encoder, HeaderBlock trailers)
    {
        byte[] room = new byte[Http2HeadWriter.MaxLength(trailers)];
        return room[..Http2HeadWriter.WriteTrailers(encoder, trailers, room)];
    }

    /// <summary>The block as lines <c>name: value</c>.</summary>
    public static string Lines(HeaderBlock headers) => string.Join(
        '\n', Enumerable.Range(0, headers.Count).Select(i => $"{Text(headers.Name(i))}: {Text(headers.Value(i))}"));

    private static byte[] Length(string text)
    {
        if (text.Length < 127)
        {
            return [(byte)text.Length];
        }
        List<byte> bytes = [127];
        int rest = text.Length - 127;
        for (; rest >= 128; rest >>= 7)
        {
            bytes.Add((byte)(0x80 | (rest & 0x7F)));
        }
        bytes.Add((byte)rest);
        return [.. bytes];
    }
}
