using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Protocols.Http2;

namespace Mosn.Fuzz;

/// <summary>
/// HPACK and the heads made of it: field blocks one after the other, each with two bytes before it that say what it is and
/// how long.
/// </summary>
internal sealed class HpackTarget : IFuzzTarget
{
    private static readonly Http2HeadLimits s_small =
        Http2HeadLimits.Default with { ListBytesMax = 200, FieldCountMax = 5, TargetBytesMax = 12 };

    /// <summary>For what we wrote ourselves: joined cookies are one field, and what we leave out is not counted.</summary>
    private static readonly Http2HeadLimits s_wide =
        Http2HeadLimits.Default with { ListBytesMax = 4 * 1024 * 1024, FieldCountMax = 1024, TargetBytesMax = 1024 * 1024 };

    private readonly byte[] _block = new byte[4 * 1024 * 1024];
    private readonly byte[] _text = new byte[4 * 1024 * 1024];

    public string Name => "hpack";

    public void Run(FuzzInput input)
    {
        Http2HeadLimits limits = input.Choose(4) == 0 ? s_small : Http2HeadLimits.Default;
        HpackDecoder reading = new();
        HpackDecoder skipping = new();
        Coders own = new();
        while (!input.Rest.IsEmpty)
        {
            int kind = input.Choose(256);
            ReadOnlySpan<byte> block = input.Take(input.Choose(256));
            bool endStream = (kind & 1) != 0;
            Http2HeadStatus status = (kind >> 1 & 3) switch
            {
                0 or 1 => ReadRequest(reading, own, block, limits, endStream),
                2 => ReadResponse(reading, own, block, limits, endStream, (RequestMethodHint)((kind >> 3) % 3)),
                _ => ReadTrailers(reading, own, block, limits),
            };
            Http2HeadStatus skipped = Http2HeadReader.Skip(skipping, block, limits);
            bool isLost = status is Http2HeadStatus.BadCompression or Http2HeadStatus.Bomb;
            Oracle.Same(isLost ? status : Http2HeadStatus.Complete, skipped, "a block that nobody wants");
            if (isLost)
            {
                return;
            }
            AssertSame(reading.Table, skipping.Table, "the table after a block that nobody wants");
            Oracle.That(reading.Table.Size <= HpackDecoder.TableBytesDefault, "the table has a bound");
        }
    }

    private Http2HeadStatus ReadRequest(
        HpackDecoder decoder, Coders own, ReadOnlySpan<byte> block, in Http2HeadLimits limits, bool endStream)
    {
        RequestHead head = new();
        Http2HeadStatus status = Http2HeadReader.ReadRequest(decoder, block, limits, endStream, head);
        if (status != Http2HeadStatus.Complete)
        {
            return status;
        }
        Oracle.That(head.Headers.Count <= limits.FieldCountMax, "a request has no more fields than allowed");
        Oracle.That(!endStream || !head.HasBody, "nothing follows a request that has ended");
        int length = Http2HeadWriter.WriteRequest(own.Encoder, head, "http"u8, _block);
        Oracle.That(length <= Http2HeadWriter.MaxLength(head), "room for a request");
        RequestHead again = new();
        Oracle.Same(
            Http2HeadStatus.Complete,
            Http2HeadReader.ReadRequest(own.Decoder, _block.AsSpan(0, length), s_wide, endStream, again),
            "a request that we wrote");
        own.AssertSameTables();
        RequestOracle.AssertSame(head, again, "a request that we wrote");
        Oracle.Same(head.Protocol, again.Protocol, "protocol");
        if (head.Protocol.IsEmpty)
        {
            RequestOracle.AssertReadsAsHttp1(head, _text);
        }
        return status;
    }

    private Http2HeadStatus ReadResponse(
        HpackDecoder decoder, Coders own, ReadOnlySpan<byte> block, in Http2HeadLimits limits, bool endStream,
        RequestMethodHint method)
    {
        ResponseHead head = new();
        Http2HeadStatus status = Http2HeadReader.ReadResponse(decoder, block, limits, endStream, method, head);
        if (status != Http2HeadStatus.Complete)
        {
            return status;
        }
        Oracle.That(head.Status is >= 100 and <= 599 and not 101, "a status");
        int length = Http2HeadWriter.WriteResponse(own.Encoder, head, _block);
        Oracle.That(length <= Http2HeadWriter.MaxLength(head), "room for a response");
        ResponseHead again = new();
        Oracle.Same(
            Http2HeadStatus.Complete,
            Http2HeadReader.ReadResponse(own.Decoder, _block.AsSpan(0, length), s_wide, endStream, method, again),
            "a response that we wrote");
        own.AssertSameTables();
        Oracle.Same((head.Status, head.Framing, head.ContentLength), (again.Status, again.Framing, again.ContentLength), "a response that we wrote");
        RequestOracle.AssertSameFields(head.Headers, again.Headers, "a response that we wrote");
        return status;
    }

    private Http2HeadStatus ReadTrailers(
        HpackDecoder decoder, Coders own, ReadOnlySpan<byte> block, in Http2HeadLimits limits)
    {
        HeaderBlock trailers = new();
        Http2HeadStatus status = Http2HeadReader.ReadTrailers(decoder, block, limits, trailers);
        if (status != Http2HeadStatus.Complete)
        {
            return status;
        }
        int length = Http2HeadWriter.WriteTrailers(own.Encoder, trailers, _block);
        Oracle.That(length <= Http2HeadWriter.MaxLength(trailers), "room for trailers");
        HeaderBlock again = new();
        Oracle.Same(
            Http2HeadStatus.Complete,
            Http2HeadReader.ReadTrailers(own.Decoder, _block.AsSpan(0, length), s_wide, again),
            "trailers that we wrote");
        own.AssertSameTables();
        RequestOracle.AssertSameFields(trailers, again, "trailers that we wrote");

        Http1BodyReader reader = default;
        reader.Start(BodyFraming.Chunked, -1, Http1Limits.Default with { TrailerBytesMax = _text.Length, TrailerCountMax = 1024 });
        length = Http1ChunkWriter.WriteLast(trailers, _text);
        Oracle.Same(
            (Http1BodyStatus.End, length),
            (reader.Read(_text.AsSpan(0, length), out int consumed, out _, out _), consumed),
            "trailers as HTTP/1.1");
        RequestOracle.AssertSameFields(trailers, reader.Trailers ?? new HeaderBlock(), "trailers as HTTP/1.1");
        return status;
    }

    private static void AssertSame(HpackDynamicTable one, HpackDynamicTable other, string what)
    {
        Oracle.Same((one.Count, one.Size, one.SizeMax), (other.Count, other.Size, other.SizeMax), what);
        for (int i = 0; i < one.Count; i++)
        {
            HpackEntry entry = one[i];
            HpackEntry same = other[i];
            Oracle.Same((entry.NameLength, entry.ValueLength, entry.Size), (same.NameLength, same.ValueLength, same.Size), what);
            int length = entry.NameLength + entry.ValueLength;
            Oracle.Same(one.Bytes(entry, length), other.Bytes(same, length), what);
        }
    }

    /// <summary>What we would say to the next hop, and what that would understand.</summary>
    private sealed class Coders
    {
        public HpackEncoder Encoder { get; } = new();

        public HpackDecoder Decoder { get; } = new();

        public void AssertSameTables() => Oracle.Same(
            (Encoder.Table.Count, Encoder.Table.Size), (Decoder.Table.Count, Decoder.Table.Size), "the tables of both ends");
    }
}
