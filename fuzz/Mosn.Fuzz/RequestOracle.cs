using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Protocols.Http2;

namespace Mosn.Fuzz;

/// <summary>What must hold when a request goes on in the other protocol: nothing can be smuggled on the way.</summary>
internal static class RequestOracle
{
    private const string FromHttp1 = "a request of HTTP/1 as HTTP/2";
    private const string FromHttp2 = "a request of HTTP/2 as HTTP/1";

    private static readonly Http1Limits s_wide = Http1Limits.Default with
    {
        HeadBytesMax = 8 * 1024 * 1024, HeaderCountMax = 1024, TargetBytesMax = 1024 * 1024,
    };

    private static readonly Http2HeadLimits s_wide2 =
        Http2HeadLimits.Default with { ListBytesMax = 4 * 1024 * 1024, FieldCountMax = 1024, TargetBytesMax = 1024 * 1024 };

    /// <summary>What a request means, whatever protocol it is in.</summary>
    public static void AssertSame(RequestHead one, RequestHead other, string what)
    {
        Oracle.Same(one.Method, other.Method, what);
        Oracle.Same(one.Authority, other.Authority, what);
        Oracle.Same(one.Path, other.Path, what);
        Oracle.Same(one.HasQuery, other.HasQuery, what);
        Oracle.Same(one.Query, other.Query, what);
        Oracle.Same((one.Framing, one.ContentLength), (other.Framing, other.ContentLength), what);
        Oracle.Same(Cookies(one.Headers), Cookies(other.Headers), $"{what}: cookies");
        AssertSameFields(one.Headers, other.Headers, what);
    }

    /// <summary>All fields but those that each protocol says in its own way: the same ones, in their order.</summary>
    public static void AssertSameFields(HeaderBlock one, HeaderBlock other, string what)
    {
        int at = 0;
        for (int i = 0; i < one.Count; i++)
        {
            if (IsOwn(one.Known(i)))
            {
                continue;
            }
            while (at < other.Count && IsOwn(other.Known(at)))
            {
                at++;
            }
            Oracle.That(at < other.Count, $"{what}: a field is missing");
            Oracle.That(Ascii.EqualsIgnoreCase(one.Name(i), other.Name(at)), $"{what}: name");
            Oracle.Same(one.Value(i), other.Value(at), $"{what}: value");
            at++;
        }
        while (at < other.Count && IsOwn(other.Known(at)))
        {
            at++;
        }
        Oracle.That(at == other.Count, $"{what}: a field too many");
    }

    /// <summary>The head, which came as HTTP/2, is one head of HTTP/1.1, and says the same.</summary>
    public static void AssertReadsAsHttp1(RequestHead head, byte[] room)
    {
        RequestHead sent = new();
        head.CopyTo(sent);
        Http1Hops.Strip(sent.Headers);
        int length = Http1HeadWriter.Write(sent, default(Http1WriteOptions) with { Version = HttpVersion.Http11 }, room);
        Oracle.That(length <= Http1HeadWriter.MaxLength(sent), FromHttp2);
        RequestHead read = new();
        Http1ParseResult result = Http1RequestParser.Parse(room.AsSpan(0, length), 0, s_wide, read);
        if (result.Error == Http1Error.UnknownExpectation)
        {
            return; // Nothing that could be understood in two ways: our reader of HTTP/1 has no use for it, others may.
        }
        Oracle.Same(Http1ParseResult.Complete(length), result, FromHttp2);
        Http1Hops.Strip(read.Headers);
        if (sent.KnownMethod != KnownMethod.Connect)
        {
            AssertSame(sent, read, FromHttp2);
        }
    }

    /// <summary>The head, which came as HTTP/1 and has lost its hop-by-hop fields, reads the same as HTTP/2.</summary>
    public static void AssertReadsAsHttp2(RequestHead head, byte[] room)
    {
        int length = Http2HeadWriter.WriteRequest(new HpackEncoder(), head, "http"u8, room);
        Oracle.That(length <= Http2HeadWriter.MaxLength(head), FromHttp1);
        RequestHead read = new();
        Http2HeadStatus status = Http2HeadReader.ReadRequest(
            new HpackDecoder(), room.AsSpan(0, length), s_wide2, endStream: !head.HasBody, read);
        Oracle.Same(Http2HeadStatus.Complete, status, FromHttp1);
        AssertSame(head, read, FromHttp1);
    }

    /// <summary>HTTP/2 may cut them into several fields, which are one where it is read (RFC 9113 section 8.2.3).</summary>
    private static string Cookies(HeaderBlock headers) => string.Join(
        "; ",
        Enumerable.Range(0, headers.Count).Where(i => headers.Known(i) == KnownHeader.Cookie)
            .Select(i => Encoding.Latin1.GetString(headers.Value(i))).Where(static part => part.Length > 0));

    private static bool IsOwn(KnownHeader header) => header is KnownHeader.Host or KnownHeader.ContentLength
        or KnownHeader.TransferEncoding or KnownHeader.Connection or KnownHeader.Cookie;
}
