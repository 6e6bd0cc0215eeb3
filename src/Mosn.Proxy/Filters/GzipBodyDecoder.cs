using System.IO.Compression;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Filters;

/// <summary>
/// Decodes a body in gzip (RFC 1952), of one member or several. The framework's stream cannot be used again, so each body
/// allocates one, with 40 KiB of native state.
/// </summary>
internal sealed class GzipBodyDecoder : BodyCoder
{
    /// <summary>
    /// A member of its own, of the one byte 'x'. The framework's stream does not tell whether a member came to its end;
    /// but only if it did, what is read next is this, and nothing else than its 'x' comes out.
    /// </summary>
    private static readonly byte[] s_probe =
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0, 0, 0x83, 0x16, 0xdc, 0x8c, 1, 0, 0, 0];

    private readonly InputStream _input = new();
    private readonly GZipStream _gzip;

    public GzipBodyDecoder() => _gzip = new GZipStream(_input, CompressionMode.Decompress, leaveOpen: true);

    public override Result Write(BufferSlice piece, BufferPool buffers, ICoderOutput output)
    {
        _input.Piece = piece;
        Result result = Read(buffers, output);
        _input.Piece = default;
        return result;
    }

    public override Result Flush(BufferPool buffers, ICoderOutput output) => Result.Done;

    public override Result End(BufferPool buffers, ICoderOutput output)
    {
        Chunk probe = buffers.Rent();
        s_probe.CopyTo(probe.Span);
        ProbeOutput found = new();
        Result result = Write(new BufferSlice(probe, 0, s_probe.Length), buffers, found);
        probe.Release();
        return result == Result.Done && found.IsProbe ? Result.Done : Result.Broken;
    }

    public override void Release() => _gzip.Dispose();

    private Result Read(BufferPool buffers, ICoderOutput output)
    {
        Chunk chunk = buffers.Rent();
        try
        {
            while (true)
            {
                int length = _gzip.Read(chunk.Span);
                if (length == 0)
                {
                    return Result.Done;
                }
                if (!output.Take(new BufferSlice(chunk, 0, length)))
                {
                    return Result.Stopped;
                }
                if (!chunk.IsExclusive)
                {
                    chunk.Release();
                    chunk = buffers.Rent();
                }
            }
        }
        catch (InvalidDataException)
        {
            return Result.Broken; // The framework's way to say so.
        }
        finally
        {
            chunk.Release();
        }
    }

    /// <summary>Looks for the one byte of the probe.</summary>
    private sealed class ProbeOutput : ICoderOutput
    {
        private int _length;

        public bool IsProbe { get; private set; }

        public bool Take(BufferSlice piece) => Take(piece.Span);

        public bool Take(ReadOnlySpan<byte> piece)
        {
            _length += piece.Length;
            IsProbe = _length == 1 && piece[0] == (byte)'x';
            return IsProbe;
        }
    }

    /// <summary>One piece after the other; at its end there is nothing more for now.</summary>
    private sealed class InputStream : Stream
    {
        private int _read;

        public BufferSlice Piece
        {
            get;
            set
            {
                field = value;
                _read = 0;
            }
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int length = Math.Min(buffer.Length, Piece.Length - _read);
            if (length > 0)
            {
                Piece.Span.Slice(_read, length).CopyTo(buffer);
                _read += length;
            }
            return length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
