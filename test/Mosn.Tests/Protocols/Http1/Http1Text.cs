using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Http1;

namespace Mosn.Tests.Protocols.Http1;

/// <summary>Messages as text: one character is one byte, so that a test can say any byte.</summary>
internal static class Http1Text
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>Everything that can be seen of a head.</summary>
    public static string Describe(RequestHead head) =>
        $"""
        {Text(head.Method)} ({head.KnownMethod}) {Text(head.Target)} {head.Version}
        scheme={Text(head.Scheme)} authority={Text(head.Authority)}
        path={Text(head.Path)} query={head.HasQuery}:{Text(head.Query)}
        framing={head.Framing} length={head.ContentLength} keep={head.KeepAlive}
        expect={head.ExpectContinue} upgrade={head.HasUpgrade}
        {Describe(head.Headers)}
        """;

    public static string Describe(ResponseHead head) =>
        $"""
        {head.Version} {head.Status} {Text(head.Reason)}
        framing={head.Framing} length={head.ContentLength} keep={head.KeepAlive} upgrade={head.HasUpgrade}
        {Describe(head.Headers)}
        """;

    public static string Describe(HeaderBlock headers)
    {
        StringBuilder text = new();
        for (int i = 0; i < headers.Count; i++)
        {
            text.Append(Text(headers.Name(i))).Append('=').Append(Text(headers.Value(i)))
                .Append(" (").Append(headers.Known(i)).Append(")\n");
        }
        return text.ToString();
    }

    public static Http1ParseResult ParseRequest(string text, out RequestHead head)
    {
        head = new RequestHead();
        return Http1RequestParser.Parse(Bytes(text), 0, Http1Limits.Default, head);
    }

    public static Http1ParseResult ParseResponse(
        string text, out ResponseHead head, RequestMethodHint method = RequestMethodHint.Other)
    {
        head = new ResponseHead();
        return Http1ResponseParser.Parse(Bytes(text), 0, Http1Limits.Default, method, head);
    }

    public static string Write(RequestHead head, Http1WriteOptions options = default)
    {
        byte[] room = new byte[Http1HeadWriter.MaxLength(head)];
        return Text(room.AsSpan(0, Http1HeadWriter.Write(head, options, room)));
    }

    public static string Write(ResponseHead head, Http1WriteOptions options = default)
    {
        byte[] room = new byte[Http1HeadWriter.MaxLength(head)];
        return Text(room.AsSpan(0, Http1HeadWriter.Write(head, options, room)));
    }
}
