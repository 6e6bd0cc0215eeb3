using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Http1;
using static Mosn.Tests.Protocols.Http1.Http1Text;

namespace Mosn.Tests.Protocols.Http1;

public class Http1BodyReaderTests
{
    private const string Chunked = "5\r\nhello\r\n0001\r\n \r\n00a\r\n0123456789\r\n0\r\n";

    [Theory]
    [InlineData(Chunked + "\r\n", "")]
    [InlineData(Chunked + "Grpc-Status: 0\r\nX:y\r\n\r\n", "Grpc-Status=0 (GrpcStatus)\nX=y (None)\n")]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("A\r\n0123456789\r\n0\r\n\r\n", "")]
    public void Chunks_come_out_the_same_for_every_split(string body, string trailers)
    {
        byte[] bytes = Bytes(body + "NEXT");
        (string expected, int length) = ReadPieces(bytes, [bytes.Length], out _);
        Assert.Equal(body.Length, length);
        for (int first = 0; first <= body.Length; first++)
        {
            for (int second = first; second <= body.Length; second++)
            {
                (string data, int consumed) = ReadPieces(bytes, [first, second, bytes.Length], out HeaderBlock? block);
                Assert.Equal((expected, length), (data, consumed));
                Assert.Equal(trailers, block is null ? "" : Describe(block));
            }
        }
        Assert.Equal((expected, length), ReadPieces(bytes, [.. Enumerable.Range(1, bytes.Length)], out _));
    }

    [Theory]
    [InlineData("\r\n", Http1Error.BadChunkSize)]
    [InlineData("x\r\n", Http1Error.BadChunkSize)]
    [InlineData("+5\r\n", Http1Error.BadChunkSize)]
    [InlineData("-5\r\n", Http1Error.BadChunkSize)]
    [InlineData("0x5\r\n", Http1Error.BadChunkSize)]
    [InlineData(" 5\r\n", Http1Error.BadChunkSize)]
    [InlineData("5 \r\n", Http1Error.BadChunkSize)]
    [InlineData("5;a=b\r\n", Http1Error.BadChunkSize)]
    [InlineData("5;\r\n", Http1Error.BadChunkSize)]
    [InlineData("5\n", Http1Error.BadChunkSize)]
    [InlineData("5\rx", Http1Error.BareCarriageReturn)]
    [InlineData("2\r\nabc\r\n", Http1Error.BadChunkEnd)]
    [InlineData("2\r\nab\n", Http1Error.BadChunkEnd)]
    [InlineData("2\r\nab\rx", Http1Error.BadChunkEnd)]
    [InlineData("00000000000000005\r\n", Http1Error.ChunkSizeTooLong)]
    [InlineData("8000000000000000\r\n", Http1Error.ChunkSizeTooLong)]
    [InlineData("ffffffffffffffff\r\n", Http1Error.ChunkSizeTooLong)]
    [InlineData("0\r\n\n", Http1Error.BareLineFeed)]
    [InlineData("0\r\nX: y\n\n", Http1Error.BareLineFeed)]
    [InlineData("0\r\nX : y\r\n\r\n", Http1Error.BadHeaderName)]
    [InlineData("0\r\nX: y\r\n z\r\n\r\n", Http1Error.ObsoleteFold)]
    [InlineData("0\r\nContent-Length: 5\r\n\r\n", Http1Error.ForbiddenTrailer)]
    [InlineData("0\r\nTRANSFER-ENCODING: chunked\r\n\r\n", Http1Error.ForbiddenTrailer)]
    [InlineData("0\r\nHost: a\r\n\r\n", Http1Error.ForbiddenTrailer)]
    [InlineData("0\r\nX: y\r\nConnection: close\r\n\r\n", Http1Error.ForbiddenTrailer)]
    [InlineData("0\r\nAuthorization: x\r\n\r\n", Http1Error.ForbiddenTrailer)]
    public void A_bad_body_is_refused_for_every_split_and_stays_so(string body, Http1Error error)
    {
        byte[] bytes = Bytes(body);
        for (int first = 0; first <= bytes.Length; first++)
        {
            Http1BodyReader reader = default;
            reader.Start(BodyFraming.Chunked, -1);
            int position = 0;
            Drain(ref reader, bytes.AsSpan(0, first), ref position, new StringBuilder());
            Assert.Equal(Http1BodyStatus.Malformed, Drain(ref reader, bytes, ref position, new StringBuilder()));
            Assert.Equal(error, reader.Error);
            Assert.Equal(Http1BodyStatus.Malformed, reader.EndOfInput());
            Assert.Equal(error, reader.Error);
        }
    }

    [Fact]
    public void A_length_takes_just_its_bytes()
    {
        Http1BodyReader reader = default;
        reader.Start(BodyFraming.Length, 5);
        Assert.Equal(Http1BodyStatus.NeedMore, reader.Read([], out _, out _, out _));
        Assert.Equal(Http1BodyStatus.Data, reader.Read("hel"u8, out int consumed, out int start, out int length));
        Assert.Equal((3, 0, 3), (consumed, start, length));
        Assert.Equal(Http1BodyStatus.Data, reader.Read("loNEXT"u8, out consumed, out start, out length));
        Assert.Equal((2, 0, 2), (consumed, start, length));
        Assert.True(reader.IsEnd);
        Assert.Equal(Http1BodyStatus.End, reader.Read("NEXT"u8, out consumed, out _, out length));
        Assert.Equal((0, 0), (consumed, length));
    }

    [Theory]
    [InlineData(BodyFraming.None, -1)]
    [InlineData(BodyFraming.Length, 0)]
    public void No_body_is_over_at_once(BodyFraming framing, long contentLength)
    {
        Http1BodyReader reader = default;
        reader.Start(framing, contentLength);
        Assert.Equal(Http1BodyStatus.End, reader.Read("NEXT"u8, out int consumed, out _, out _));
        Assert.Equal(0, consumed);
    }

    [Fact]
    public void Only_a_body_without_framing_may_end_with_the_connection()
    {
        Http1BodyReader reader = default;
        reader.Start(BodyFraming.UntilClose, -1);
        Assert.Equal(Http1BodyStatus.Data, reader.Read("abc"u8, out int consumed, out _, out _));
        Assert.Equal(3, consumed);
        Assert.Equal(Http1BodyStatus.End, reader.EndOfInput());

        reader.Start(BodyFraming.Length, 4);
        reader.Read("abc"u8, out _, out _, out _);
        Assert.Equal(Http1BodyStatus.Malformed, reader.EndOfInput());
        Assert.Equal(Http1Error.Truncated, reader.Error);
        Assert.Equal(Http1BodyStatus.Malformed, reader.Read("d"u8, out _, out _, out _));

        foreach (string part in (string[])["", "1", "1\r\n", "1\r\na", "1\r\na\r\n", "0\r\n", "0\r\nX: y\r\n"])
        {
            reader.Start(BodyFraming.Chunked, -1);
            int position = 0;
            Drain(ref reader, Bytes(part), ref position, new StringBuilder());
            Assert.Equal(Http1BodyStatus.Malformed, reader.EndOfInput());
            Assert.Equal(Http1Error.Truncated, reader.Error);
        }
    }

    [Fact]
    public void Trailers_are_bounded_in_bytes_and_in_number()
    {
        Http1Limits limits = Http1Limits.Default with { TrailerBytesMax = 20, TrailerCountMax = 2 };
        Assert.Equal(Http1Error.None, ErrorOf("0\r\nX: 01234567890123\r\n\r", limits));
        Assert.Equal(Http1Error.TrailerTooLarge, ErrorOf("0\r\nX: 012345678901234567\r\n\r\n", limits));
        Assert.Equal(Http1Error.None, ErrorOf("0\r\nX:\r\nX:\r\n\r\n", limits));
        Assert.Equal(Http1Error.TrailerTooLarge, ErrorOf("0\r\nX:\r\nX:\r\nX:\r\n\r\n", limits));
    }

    [Fact]
    public void What_the_chunk_writer_wrote_is_read_back()
    {
        HeaderBlock trailers = new();
        trailers.Add("X-Sum"u8, "17"u8);
        trailers.Add(KnownHeader.ContentLength, "3"u8);
        byte[] room = new byte[Http1ChunkWriter.HeaderBytesMax + Http1ChunkWriter.MaxLastLength(trailers) + 100];
        int length = Http1ChunkWriter.WriteHeader(26, room);
        Assert.Equal("1a\r\n", Text(room.AsSpan(0, length)));
        Bytes("abcdefghijklmnopqrstuvwxyz").CopyTo(room, length);
        length += 26;
        Http1ChunkWriter.Trailer.CopyTo(room.AsSpan(length));
        length += 2;
        length += Http1ChunkWriter.WriteLast(trailers, room.AsSpan(length));

        (string data, int consumed) = ReadPieces(room[..length], [length], out HeaderBlock? read);
        Assert.Equal(("abcdefghijklmnopqrstuvwxyz", length), (data, consumed));
        Assert.Equal("X-Sum=17 (None)\n", Describe(read!));
        Assert.Equal(
            Text(Http1ChunkWriter.LastChunk), Text(room.AsSpan(0, Http1ChunkWriter.WriteLast(null, room))));
        Assert.Equal("7fffffffffffffff\r\n".Length, Http1ChunkWriter.WriteHeader(long.MaxValue, room));
    }

    [Fact]
    public void Reading_chunks_and_trailers_does_not_allocate_once_warm()
    {
        byte[] bytes = Bytes(Chunked + "Grpc-Status: 0\r\n\r\n");
        Http1BodyReader reader = default;
        Turn(ref reader, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Turn(ref reader, bytes);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Turn(ref Http1BodyReader reader, byte[] bytes)
        {
            reader.Start(BodyFraming.Chunked, -1);
            int position = 0;
            while (reader.Read(bytes.AsSpan(position), out int consumed, out _, out _) == Http1BodyStatus.Data)
            {
                position += consumed;
            }
        }
    }

    private static Http1Error ErrorOf(string body, in Http1Limits limits)
    {
        Http1BodyReader reader = default;
        reader.Start(BodyFraming.Chunked, -1, limits);
        int position = 0;
        Drain(ref reader, Bytes(body), ref position, new StringBuilder());
        return reader.Error;
    }

    /// <summary>Feeds the bytes up to each end in turn, and keeps what was not consumed.</summary>
    private static (string Data, int Consumed) ReadPieces(byte[] bytes, int[] ends, out HeaderBlock? trailers)
    {
        Http1BodyReader reader = default;
        reader.Start(BodyFraming.Chunked, -1);
        StringBuilder data = new();
        int position = 0;
        Http1BodyStatus status = Http1BodyStatus.NeedMore;
        foreach (int end in ends)
        {
            status = Drain(ref reader, bytes.AsSpan(0, end), ref position, data);
        }
        Assert.Equal(Http1BodyStatus.End, status);
        trailers = reader.Trailers;
        return (data.ToString(), position);
    }

    private static Http1BodyStatus Drain(
        ref Http1BodyReader reader, ReadOnlySpan<byte> input, ref int position, StringBuilder data)
    {
        while (true)
        {
            ReadOnlySpan<byte> rest = position < input.Length ? input[position..] : default;
            Http1BodyStatus status = reader.Read(rest, out int consumed, out int start, out int length);
            Assert.Equal(status == Http1BodyStatus.Data, length > 0);
            data.Append(Text(rest.Slice(start, length)));
            position += consumed;
            if (status != Http1BodyStatus.Data)
            {
                return status;
            }
        }
    }
}
