using Mosn.Protocols;
using Mosn.Protocols.Http1;

namespace Mosn.Fuzz;

/// <summary>Bodies: whatever the pieces, the same payload, the same end; and what we write reads back.</summary>
internal static class Http1BodyOracle
{
    private static readonly BodyFraming[] s_framings =
        [BodyFraming.Chunked, BodyFraming.Chunked, BodyFraming.Length, BodyFraming.UntilClose, BodyFraming.None];

    public static void Read(FuzzInput input, in Http1Limits limits)
    {
        BodyFraming framing = s_framings[input.Choose(s_framings.Length)];
        int length = framing == BodyFraming.Length ? input.Choose(256) : -1;
        ReadOnlySpan<byte> bytes = input.Rest;

        Outcome whole = Read(bytes, framing, length, limits, splits: null);
        Outcome pieces = Read(bytes, framing, length, limits, input.Splits());
        Oracle.Same(whole.Status, pieces.Status, "the end of a body in pieces");
        Oracle.Same(whole.Error, pieces.Error, "the error of a body in pieces");
        Oracle.Same(whole.Payload.ToArray(), pieces.Payload.ToArray().AsSpan(), "a body in pieces");
        if (whole.Status == Http1BodyStatus.End)
        {
            Oracle.Same(whole.Consumed, pieces.Consumed, "where a body ends");
            AssertTrailers(whole.Trailers, pieces.Trailers);
            AssertWrittenReadsTheSame(whole);
        }
        Oracle.That(length < 0 || whole.Payload.Length <= length, "no more than was declared");
    }

    private static Outcome Read(
        ReadOnlySpan<byte> bytes, BodyFraming framing, int length, in Http1Limits limits, Splits? splits)
    {
        Http1BodyReader reader = default;
        reader.Start(framing, length, limits);
        Outcome outcome = new();
        int end = splits is null ? bytes.Length : 0;
        Splits cuts = splits ?? default;
        while (true)
        {
            ReadOnlySpan<byte> rest = bytes[outcome.Consumed..end];
            outcome.Status = reader.Read(rest, out int consumed, out int start, out int count);
            Oracle.That(consumed >= 0 && consumed <= rest.Length, "no more is consumed than is there");
            Oracle.Same(outcome.Status == Http1BodyStatus.Data, count > 0, "data means data");
            Oracle.That(count == 0 || start + count <= consumed, "data is among what is consumed");
            outcome.Payload.Write(rest.Slice(start, count));
            outcome.Consumed += consumed;
            if (outcome.Status == Http1BodyStatus.NeedMore && end < bytes.Length)
            {
                end = cuts.Next(end, bytes.Length);
            }
            else if (outcome.Status == Http1BodyStatus.NeedMore)
            {
                outcome.Status = reader.EndOfInput();
                break;
            }
            else if (outcome.Status != Http1BodyStatus.Data)
            {
                break;
            }
        }
        outcome.Error = reader.Error;
        outcome.Trailers = reader.Trailers;
        Oracle.Same(outcome.Status == Http1BodyStatus.Malformed, outcome.Error != Http1Error.None, "an error has a reason");
        Oracle.Same(outcome.Status == Http1BodyStatus.End, reader.IsEnd, "an end is an end");
        return outcome;
    }

    /// <summary>As one chunk, with the trailers.</summary>
    private static void AssertWrittenReadsTheSame(Outcome body)
    {
        byte[] payload = body.Payload.ToArray();
        byte[] room = new byte[payload.Length + Http1ChunkWriter.HeaderBytesMax + 2 + Http1ChunkWriter.MaxLastLength(body.Trailers)];
        int at = 0;
        if (payload.Length > 0)
        {
            at = Http1ChunkWriter.WriteHeader(payload.Length, room);
            Oracle.That(at <= Http1ChunkWriter.HeaderBytesMax, "room for a chunk's size");
            payload.CopyTo(room, at);
            at += payload.Length;
            Http1ChunkWriter.Trailer.CopyTo(room.AsSpan(at));
            at += Http1ChunkWriter.Trailer.Length;
        }
        int last = Http1ChunkWriter.WriteLast(body.Trailers, room.AsSpan(at));
        Oracle.That(last <= Http1ChunkWriter.MaxLastLength(body.Trailers), "room for the last chunk");
        at += last;

        // Every value may have become longer by a blank.
        Http1Limits limits = Http1Limits.Default with { TrailerBytesMax = 64 * 1024 };
        Outcome again = Read(room.AsSpan(0, at), BodyFraming.Chunked, -1, limits, splits: null);
        Oracle.Same((Http1BodyStatus.End, at), (again.Status, again.Consumed), "a body that we wrote");
        Oracle.Same(payload, again.Payload.ToArray().AsSpan(), "a body that we wrote");
        AssertTrailers(body.Trailers, again.Trailers);
    }

    private static void AssertTrailers(HeaderBlock? one, HeaderBlock? other) =>
        HeaderOracle.AssertSame(one ?? new HeaderBlock(), other ?? new HeaderBlock(), "trailers");

    private sealed class Outcome
    {
        public MemoryStream Payload { get; } = new();

        public Http1BodyStatus Status { get; set; }

        public Http1Error Error { get; set; }

        public HeaderBlock? Trailers { get; set; }

        public int Consumed { get; set; }
    }
}
