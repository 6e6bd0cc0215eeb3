using CsCheck;
using Mosn.Protocols;
using Mosn.Protocols.Http1;
using static Mosn.Tests.Protocols.Http1.Http1Text;

namespace Mosn.Tests.Protocols.Http1;

/// <summary>What holds for any bytes. CsCheck prints the seed of a failure.</summary>
public class Http1PropertyTests
{
    private static readonly string[] Pieces =
    [
        "GET ", "POST ", "CONNECT ", "OPTIONS ", "/", "*", "http://b", "a:443", "?q=1", "/p%20q", "#", " HTTP/1.1\r\n",
        " HTTP/1.0\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 204 \r\n", "Host: a\r\n", "host:b:80\r\n", "Host: \r\n",
        "Content-Length: 5\r\n", "Content-Length: 05\r\n", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n",
        "Connection: x-a, upgrade\r\n", "Upgrade: h2c\r\n", "X-A: 1\r\n", "X-B:\t2 \r\n", "X-C: \u00e9\r\n",
        "TE: trailers\r\n", "Expect: 100-continue\r\n", "\r\n", "\r", "\n", " ", ":", "\0", "\u0085", "x",
        "5\r\nhello\r\n", "0\r\n\r\n", "0\r\n", "a;b\r\n", "ff",
    ];

    /// <summary>Mostly sound requests, so that the deeper parts are reached, with any piece anywhere.</summary>
    private static readonly Gen<string> Requests = Gen.Select(
        Pick("GET ", "POST ", "OPTIONS ", "CONNECT ", "PURGE "),
        Pick("/", "/p?q", "*", "http://b/x?", "http://b", "a:443", "//"),
        Pick(" HTTP/1.1\r\n", " HTTP/1.0\r\n"),
        Pick(Pieces[15..29]).Array[0, 6],
        (method, target, version, lines) => method + target + version + string.Concat(lines) + "\r\n");

    private static readonly Gen<string> AnyText = Gen.OneOf(
        Requests,
        Pick(Pieces).Array[0, 16].Select(string.Concat),
        Gen.Byte.Array[0, 80].Select(bytes => Text(bytes)));

    private static readonly Gen<string> BodyText = Pick(Pieces[29..]).Array[0, 20].Select(string.Concat);

    [Fact]
    public void No_bytes_make_a_parser_throw_or_read_beyond_them() =>
        AnyText.Sample(text =>
        {
            byte[] bytes = Bytes(text);
            RequestHead request = new();
            ResponseHead response = new();
            AssertSound(Http1RequestParser.Parse(bytes, 0, Http1Limits.Default, request), bytes.Length);
            AssertSound(
                Http1ResponseParser.Parse(bytes, 0, Http1Limits.Default, RequestMethodHint.Other, response),
                bytes.Length);
        });

    [Fact]
    public void A_prefix_never_says_other_than_the_whole() =>
        Gen.Select(AnyText, Gen.Double[0, 1]).Sample((text, share) =>
        {
            byte[] bytes = Bytes(text);
            int first = (int)(share * bytes.Length);
            RequestHead whole = new();
            RequestHead head = new();
            Http1ParseResult expected = Http1RequestParser.Parse(bytes, 0, Http1Limits.Default, whole);
            Http1ParseResult part = Http1RequestParser.Parse(bytes.AsSpan(0, first), 0, Http1Limits.Default, head);
            if (part.Status != DecodeStatus.NeedMore)
            {
                Assert.Equal(expected, part);
                return;
            }
            Http1ParseResult resumed = Http1RequestParser.Parse(bytes, first, Http1Limits.Default, head);
            if (expected.Status == DecodeStatus.Complete)
            {
                Assert.Equal(expected, resumed);
                Assert.Equal(Describe(whole), Describe(head));
            }
            else
            {
                // What a later pass puts off is still refused once the head is whole.
                Assert.NotEqual(DecodeStatus.Complete, resumed.Status);
            }
        });

    [Fact]
    public void What_was_accepted_is_written_so_that_it_reads_the_same() =>
        Requests.Sample(text =>
        {
            Http1ParseResult result = ParseRequest(text, out RequestHead head);
            if (result.Status != DecodeStatus.Complete)
            {
                return;
            }
            Http1Hops.Strip(head.Headers);
            string written = Write(head);
            Http1ParseResult again = ParseRequest(written, out RequestHead reread);
            Assert.Equal(Http1ParseResult.Complete(written.Length), again);
            Http1Hops.Strip(reread.Headers);
            Assert.Equal(Essence(head), Essence(reread));

            // A second hop changes nothing any more.
            Assert.Equal(written, Write(reread));
        });

    [Fact]
    public void A_body_reader_ends_on_any_bytes_and_never_leaves_them() =>
        Gen.Select(BodyText, Gen.Int[1, 7]).Sample((text, step) =>
        {
            byte[] bytes = Bytes(text);
            Http1BodyReader reader = default;
            reader.Start(BodyFraming.Chunked, -1);
            int position = 0;
            int end = 0;
            Http1BodyStatus status = Http1BodyStatus.NeedMore;
            while (status is Http1BodyStatus.Data || (status is Http1BodyStatus.NeedMore && end < bytes.Length))
            {
                end = status == Http1BodyStatus.Data ? end : Math.Min(bytes.Length, end + step);
                ReadOnlySpan<byte> rest = bytes.AsSpan(position, end - position);
                status = reader.Read(rest, out int consumed, out int start, out int length);
                Assert.InRange(consumed, 0, rest.Length);
                Assert.InRange(start + length, 0, consumed);
                Assert.Equal(status == Http1BodyStatus.Data, length > 0);
                position += consumed;
            }
        });

    [Fact]
    public void Any_body_survives_chunking() =>
        Gen.Select(Gen.Byte.Array[1, 300].Array[0, 6], Gen.Int[1, 50]).Sample((chunks, step) =>
        {
            List<byte> wire = [];
            byte[] room = new byte[64];
            foreach (byte[] chunk in chunks)
            {
                wire.AddRange(room.AsSpan(0, Http1ChunkWriter.WriteHeader(chunk.Length, room)));
                wire.AddRange(chunk);
                wire.AddRange(Http1ChunkWriter.Trailer);
            }
            wire.AddRange(Http1ChunkWriter.LastChunk);
            byte[] bytes = [.. wire];

            Http1BodyReader reader = default;
            reader.Start(BodyFraming.Chunked, -1);
            List<byte> body = [];
            int position = 0;
            int end = 0;
            while (!reader.IsEnd)
            {
                Http1BodyStatus status = reader.Read(
                    bytes.AsSpan(position, end - position), out int consumed, out int start, out int length);
                Assert.NotEqual(Http1BodyStatus.Malformed, status);
                body.AddRange(bytes.AsSpan(position + start, length));
                position += consumed;
                end = status == Http1BodyStatus.NeedMore ? Math.Min(bytes.Length, end + step) : end;
            }
            Assert.Equal(bytes.Length, position);
            Assert.Equal(chunks.SelectMany(chunk => chunk), body);
        });

    private static Gen<string> Pick(params string[] choices) =>
        Gen.Int[0, choices.Length - 1].Select(index => choices[index]);

    private static void AssertSound(Http1ParseResult result, int inputLength)
    {
        Assert.Equal(result.Status == DecodeStatus.Malformed, result.Error != Http1Error.None);
        Assert.InRange(result.Length, result.Status == DecodeStatus.Complete ? 1 : 0, inputLength);
    }

    private static string Essence(RequestHead head)
    {
        // A request of HTTP/1.0 without a Host goes out with an empty one.
        HeaderBlock headers = new();
        head.Headers.CopyTo(headers);
        headers.Remove(KnownHeader.Host);
        return $"""
            {Text(head.Method)} {Text(head.Authority)} {Text(head.Path)} {head.HasQuery} {Text(head.Query)}
            {head.Framing} {head.ContentLength} {head.HasBody}
            {Describe(headers)}
            """;
    }
}
