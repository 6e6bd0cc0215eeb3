using CsCheck;
using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Protocols.Http2;
using Mosn.Tests.Protocols.Http1;
using static Mosn.Tests.Protocols.Http2.Http2Text;

namespace Mosn.Tests.Protocols.Http2;

/// <summary>Whatever one protocol accepts, the other understands. CsCheck prints the seed of a failure.</summary>
public class Http2ConversionPropertyTests
{
    private static readonly Gen<string> Lines = Pick(
        "X-A: 1\r\n", "X-A: 2\r\n", "X-B:\t2 \r\n", "X-C: \u00e9\r\n", "X-D:\r\n", "x.e!: a\tb\r\n", "Cookie: a=1\r\n",
        "Cookie: b=2\r\n", "Cookie: \r\n", "TE: trailers, gzip\r\n", "TE: gzip\r\n", "Connection: close, x-a\r\n",
        "Keep-Alive: 5\r\n", "Proxy-Connection: close\r\n", "Upgrade: x\r\n", "Expect: 100-continue\r\n",
        "Trailer: x-t\r\n", "Authorization: Basic YQ==\r\n", "User-Agent: U (v; 1)\r\n", "Date: now\r\n").Array[0, 8]
        .Select(string.Concat);

    private static readonly Gen<string> Requests = Gen.Select(
        Pick("GET ", "POST ", "OPTIONS ", "CONNECT ", "PURGE ", "HEAD "),
        Pick("/", "/p?q", "*", "http://b/x?", "HTTPS://b:80", "a:443", "//", "/a//b/../c?a=%20&b#", "/?", "/%00"),
        Pick("Host: a\r\n", "Host: A.b:80\r\n", "Host: [::1]:80\r\n", "Host: a_b\r\n"),
        Pick("", "Content-Length: 5\r\n", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n"),
        Lines,
        static (method, target, host, framing, lines) => $"{method}{target} HTTP/1.1\r\n{host}{framing}{lines}\r\n");

    private static readonly Gen<string> Responses = Gen.Select(
        Pick("200 OK", "204 No", "304 ", "100 Continue", "103 Early", "404 Not", "599 x", "302 Found"),
        Pick("", "Content-Length: 5\r\n", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n"),
        Lines,
        static (status, framing, lines) => $"HTTP/1.1 {status}\r\n{framing}{lines}\r\n");

    [Fact]
    public void Every_request_of_HTTP1_is_one_of_HTTP2_and_comes_back_the_same() =>
        Requests.Array[1, 4].Sample(texts =>
        {
            HpackEncoder encoder = new();
            HpackDecoder decoder = new();
            foreach (string text in texts)
            {
                if (Http1Text.ParseRequest(text, out RequestHead head).Status != DecodeStatus.Complete)
                {
                    continue;
                }
                Http1Hops.Strip(head.Headers);
                byte[] block = Write(encoder, head, "https");
                RequestHead read = new();
                bool endStream = !head.HasBody && !head.WantsTunnel;
                Assert.Equal(
                    Http2HeadStatus.Complete,
                    Http2HeadReader.ReadRequest(decoder, block, Http2HeadLimits.Default, endStream, read));
                Assert.Equal(Essence(head), Essence(read));

                // And from there to HTTP/1 once more.
                Http1ParseResult again = Http1Text.ParseRequest(Http1Text.Write(read), out RequestHead reread);
                Assert.Equal(DecodeStatus.Complete, again.Status);
                Http1Hops.Strip(reread.Headers);
                Assert.Equal(Essence(head), Essence(reread));
            }
        });

    [Fact]
    public void Every_response_of_HTTP1_is_one_of_HTTP2_and_comes_back_the_same() =>
        Gen.Select(Responses, Pick(RequestMethodHint.Other, RequestMethodHint.Head)).Sample((text, method) =>
        {
            if (Http1Text.ParseResponse(text, out ResponseHead head, method).Status != DecodeStatus.Complete)
            {
                return;
            }
            Http1Hops.StripResponse(head.Headers);
            byte[] block = Write(new HpackEncoder(), head);
            ResponseHead read = new();
            bool endStream = !head.HasBody && head.Status >= 200;
            Assert.Equal(
                Http2HeadStatus.Complete,
                Http2HeadReader.ReadResponse(
                    new HpackDecoder(), block, Http2HeadLimits.Default, endStream, method, read));
            Assert.Equal(Essence(head), Essence(read));
        });

    private static Gen<T> Pick<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(index => choices[index]);

    private static string Essence(RequestHead head) =>
        $"""
        {Text(head.Method)} {Text(head.Authority)} {Text(head.Path)} {head.HasQuery} {Text(head.Query)}
        {head.HasBody} {Math.Max(0, head.ContentLength)} {head.HasBody && head.ExpectContinue}
        {Fields(head.Headers)}
        """;

    private static string Essence(ResponseHead head) =>
        $"""
        {head.Status} {head.HasBody} {head.Framing == BodyFraming.Length} {head.ContentLength}
        {Fields(head.Headers)}
        """;

    /// <summary>In lower case and sorted by name; cookies joined, what framing and hops need left out.</summary>
    private static string Fields(HeaderBlock headers)
    {
        List<(string Name, string Value)> fields = [];
        for (int i = 0; i < headers.Count; i++)
        {
            string name = Text(headers.Name(i)).ToLowerInvariant();
            if (headers.Known(i) is KnownHeader.Cookie or KnownHeader.ContentLength or KnownHeader.TransferEncoding
                or KnownHeader.Host or KnownHeader.Connection)
            {
                continue;
            }
            fields.Add((name, Text(headers.Value(i))));
        }
        IEnumerable<string> cookies = Enumerable.Range(0, headers.Count)
            .Where(i => headers.Known(i) == KnownHeader.Cookie).Select(i => Text(headers.Value(i)))
            .Where(static value => value.Length > 0);
        return string.Join('\n', fields.OrderBy(static field => field.Name, StringComparer.Ordinal))
            + "\ncookie: " + string.Join("; ", cookies);
    }
}
