using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Protocols.Http2;

namespace Mosn.Micro;

/// <summary>What a head costs as a field block of HTTP/2: time to write and to read it, and bytes on the wire.</summary>
internal sealed class HpackBench(Stopwatches watches)
{
    /// <summary>Different heads that follow each other on the connection, so that what is said once is said once.</summary>
    private const int HeadCount = 64;

    private static readonly HeadCodec<RequestHead> Requests = new(
        static (text, head) => Http1RequestParser.Parse(text, 0, Http1Limits.Default, head).Status,
        static (encoder, head, room) => Http2HeadWriter.WriteRequest(encoder, head, "https"u8, room),
        static (decoder, block, head) =>
            Http2HeadReader.ReadRequest(decoder, block, Http2HeadLimits.Default, endStream: true, head),
        static head => head.Headers.Count);

    private static readonly HeadCodec<ResponseHead> Responses = new(
        static (text, head) =>
            Http1ResponseParser.Parse(text, 0, Http1Limits.Default, RequestMethodHint.Other, head).Status,
        static (encoder, head, room) => Http2HeadWriter.WriteResponse(encoder, head, room),
        static (decoder, block, head) => Http2HeadReader.ReadResponse(
            decoder, block, Http2HeadLimits.Default, endStream: false, RequestMethodHint.Other, head),
        static head => head.Headers.Count);

    private readonly JsonArray _results = [];

    /// <summary>The page for people; <paramref name="json"/> gets the same for programs.</summary>
    public string Run(out JsonArray json)
    {
        StringBuilder page = new();
        page.Append("| head | fields | HTTP/1 bytes | first block | later blocks | write ns | read ns | HTTP/1 read ns | B |\n");
        page.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        Measure(page, "browser request", HeadTexts.BrowserRequest, Requests);
        Measure(page, "page response", HeadTexts.PageResponse, Responses);
        Measure(page, "service request", HeadTexts.ServiceRequest, Requests);
        Measure(page, "service response", HeadTexts.ServiceResponse, Responses);
        Measure(page, "small request", HeadTexts.SmallRequest, Requests);
        Measure(page, "small response", HeadTexts.SmallResponse, Responses);
        json = _results;
        return page.ToString();
    }

    private void Measure<THead>(StringBuilder page, string name, Func<int, string> text, HeadCodec<THead> codec)
        where THead : new()
    {
        byte[][] texts = [.. Enumerable.Range(0, HeadCount).Select(i => Encoding.ASCII.GetBytes(text(i)))];
        THead[] heads = [.. texts.Select(_ => new THead())];
        THead read = new();
        byte[] room = new byte[8192];
        ParseAll();

        // A decoder follows the encoder until neither table changes any more; then the blocks can be used again.
        HpackEncoder encoder = new();
        HpackDecoder decoder = new();
        int firstBytes = WriteAll()[0].Length;
        encoder = new HpackEncoder();
        byte[][] blocks = [];
        for (int round = 0; round < 3; round++)
        {
            blocks = WriteAll();
            ReadAll();
        }

        Timing write = watches.PerOperation(HeadCount, () =>
        {
            foreach (THead head in heads)
            {
                codec.Write(encoder, head, room);
            }
        });
        Timing decode = watches.PerOperation(HeadCount, ReadAll);
        Timing parse = watches.PerOperation(HeadCount, ParseAll);
        double bytes = write.Bytes + decode.Bytes;
        double laterBytes = blocks.Average(static block => block.Length);
        page.Append(CultureInfo.InvariantCulture, $"| {name} | {codec.Count(heads[0])} | {texts[0].Length} | {firstBytes} ");
        page.Append(CultureInfo.InvariantCulture, $"| {laterBytes:0} | {Show(write)} | {Show(decode)} | {Show(parse)} ");
        page.Append(CultureInfo.InvariantCulture, $"| {bytes:0.##} |\n");
        _results.Add((JsonNode?)new JsonObject
        {
            ["case"] = name, ["fields"] = codec.Count(heads[0]), ["http1_bytes"] = texts[0].Length,
            ["first_bytes"] = firstBytes, ["later_bytes"] = laterBytes, ["write_ns"] = write.MedianNs,
            ["read_ns"] = decode.MedianNs, ["http1_read_ns"] = parse.MedianNs, ["bytes"] = bytes,
        });

        byte[][] WriteAll() => [.. heads.Select(head => room[..codec.Write(encoder, head, room)])];

        void ReadAll()
        {
            foreach (byte[] block in blocks)
            {
                if (codec.Read(decoder, block, read) != Http2HeadStatus.Complete)
                {
                    throw new InvalidOperationException($"A block of {name} cannot be read.");
                }
            }
        }

        void ParseAll()
        {
            for (int i = 0; i < HeadCount; i++)
            {
                if (codec.Parse(texts[i], heads[i]) != DecodeStatus.Complete)
                {
                    throw new InvalidOperationException($"A text of {name} cannot be parsed.");
                }
            }
        }
    }

    private static string Show(Timing timing) => string.Create(
        CultureInfo.InvariantCulture, $"{timing.MedianNs:0} ({timing.LeastNs:0}–{timing.MostNs:0})");

    /// <summary>How heads of one kind are read and written.</summary>
    private sealed record HeadCodec<THead>(
        Func<ReadOnlySpan<byte>, THead, DecodeStatus> Parse,
        Func<HpackEncoder, THead, Span<byte>, int> Write,
        Func<HpackDecoder, ReadOnlySpan<byte>, THead, Http2HeadStatus> Read,
        Func<THead, int> Count);
}
