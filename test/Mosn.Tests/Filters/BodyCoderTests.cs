using Mosn.Proxy.Config;
using Mosn.Proxy.Filters;
using Mosn.Transport.Buffers;

namespace Mosn.Tests.Filters;

public sealed class BodyCoderTests : IDisposable
{
    private static readonly GzipSettings s_settings = new(new GzipFilterConfig());

    private readonly BufferPool _buffers = new();
    private readonly CoderPool _coders = new();

    public static TheoryData<string> Codings => ["gzip", "br", "zstd"];

    public void Dispose() => _buffers.Dispose();

    [Theory]
    [MemberData(nameof(Codings))]
    public void Whatever_the_pieces_the_body_stays_the_same(string coding)
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int round = 0; round < 60; round++)
        {
            byte[] body = Coded.Page(random, random.Next(3) == 0 ? random.Next(300_000) : random.Next(3000));
            byte[] encoded = Run(Encoder(coding), body, random, flushes: random.Next(2) == 0);
            Assert.True(body.AsSpan().SequenceEqual(Coded.Decode(coding, encoded)), $"seed {seed}, round {round}");
            byte[] decoded = Run(Decoder(coding), encoded, random, flushes: false);
            Assert.True(body.AsSpan().SequenceEqual(decoded), $"seed {seed}, round {round}");
            Assert.Equal(0, _buffers.RentedCount);
        }
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public void A_body_that_ends_too_early_is_broken_wherever_it_ends(string coding)
    {
        byte[] encoded = Coded.Encode(coding, Coded.Page(new Random(1), 2000));
        for (int length = 1; length < encoded.Length; length++)
        {
            BodyCoder coder = Decoder(coding);
            Pieces pieces = new();
            BodyCoder.Result result = Write(coder, encoded.AsSpan(0, length), pieces);
            Assert.Equal(BodyCoder.Result.Done, result);
            Assert.Equal(BodyCoder.Result.Broken, coder.End(_buffers, pieces));
            _coders.Return(coder);
        }
        Assert.Equal(0, _buffers.RentedCount);
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public void Random_bytes_never_do_harm(string coding)
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int round = 0; round < 500; round++)
        {
            byte[] encoded = Coded.Encode(coding, Coded.Page(random, 500));
            for (int i = random.Next(1, 5); i > 0; i--)
            {
                encoded[random.Next(encoded.Length)] = (byte)random.Next(256);
            }
            BodyCoder coder = Decoder(coding);
            Pieces pieces = new() { BytesMax = 100_000 };
            if (Write(coder, encoded, pieces) == BodyCoder.Result.Done)
            {
                coder.End(_buffers, pieces);
            }
            _coders.Return(coder);
            Assert.True(_buffers.RentedCount == 0, $"seed {seed}, round {round}");
        }
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("zstd", true)]
    [InlineData("br", false)]
    public void A_second_member_or_frame_belongs_to_the_body_where_the_coding_has_them(string coding, bool belongs)
    {
        byte[] one = Coded.Encode(coding, "one"u8.ToArray());
        byte[] two = Coded.Encode(coding, "two"u8.ToArray());
        BodyCoder coder = Decoder(coding);
        Pieces pieces = new();
        BodyCoder.Result result = Write(coder, [.. one, .. two], pieces);
        result = result == BodyCoder.Result.Done ? coder.End(_buffers, pieces) : result;
        _coders.Return(coder);
        Assert.Equal(belongs ? BodyCoder.Result.Done : BodyCoder.Result.Broken, result);
        Assert.Equal(belongs ? "onetwo" : "one", System.Text.Encoding.ASCII.GetString([.. pieces.Bytes]));
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public void An_output_that_wants_no_more_gets_no_more(string coding)
    {
        byte[] bomb = Coded.Encode(coding, new byte[10_000_000]);
        BodyCoder coder = Decoder(coding);
        Pieces pieces = new() { BytesMax = 50_000 };
        Assert.Equal(BodyCoder.Result.Stopped, Write(coder, bomb, pieces));
        _coders.Return(coder);
        Assert.InRange(pieces.Bytes.Count, 50_000, 70_000);
        Assert.Equal(0, _buffers.RentedCount);
    }

    [Fact]
    public void A_window_that_is_too_large_is_refused()
    {
        // A frame header that asks for a window of 128 MiB (RFC 8878 section 3.1.1.1.2), and an empty last block.
        BodyCoder coder = Decoder("zstd");
        Pieces pieces = new();
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x88, 0x01, 0x00, 0x00];
        Assert.Equal(BodyCoder.Result.Broken, Write(coder, frame, pieces));
        _coders.Return(coder);
        frame[5] = 0x68; // 8 MiB.
        coder = Decoder("zstd");
        Assert.Equal(BodyCoder.Result.Done, Write(coder, frame, pieces));
        Assert.Equal(BodyCoder.Result.Done, coder.End(_buffers, pieces));
    }

    private BodyCoder Encoder(string coding) =>
        _coders.RentEncoder(ContentCodings.Of(System.Text.Encoding.ASCII.GetBytes(coding)), s_settings, 1000)!;

    private BodyCoder Decoder(string coding) =>
        _coders.RentDecoder(ContentCodings.Of(System.Text.Encoding.ASCII.GetBytes(coding)), 1000)!;

    private byte[] Run(BodyCoder coder, byte[] body, Random random, bool flushes)
    {
        Pieces pieces = new();
        for (int at = 0; at < body.Length;)
        {
            int length = Math.Min(body.Length - at, random.Next(1, random.Next(2) == 0 ? 16 : 16_384));
            Assert.Equal(BodyCoder.Result.Done, Write(coder, body.AsSpan(at, length), pieces));
            at += length;
            if (flushes && random.Next(4) == 0)
            {
                Assert.Equal(BodyCoder.Result.Done, coder.Flush(_buffers, pieces));
            }
        }
        Assert.Equal(BodyCoder.Result.Done, coder.End(_buffers, pieces));
        _coders.Return(coder);
        return [.. pieces.Bytes];
    }

    private BodyCoder.Result Write(BodyCoder coder, ReadOnlySpan<byte> bytes, Pieces pieces)
    {
        Chunk chunk = _buffers.Rent(bytes.Length);
        bytes.CopyTo(chunk.Span);
        BodyCoder.Result result = coder.Write(new BufferSlice(chunk, 0, bytes.Length), _buffers, pieces);
        chunk.Release();
        return result;
    }

    /// <summary>What came out.</summary>
    private sealed class Pieces : ICoderOutput
    {
        public List<byte> Bytes { get; } = [];

        public int BytesMax { get; init; } = int.MaxValue;

        public bool Take(BufferSlice piece) => Take(piece.Span);

        public bool Take(ReadOnlySpan<byte> piece)
        {
            Bytes.AddRange(piece);
            return Bytes.Count < BytesMax;
        }
    }
}
