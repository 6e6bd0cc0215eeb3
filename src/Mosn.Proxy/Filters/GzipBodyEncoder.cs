using System.IO.Compression;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Filters;

/// <summary>
/// Encodes a body as gzip (RFC 1952). The framework's stream cannot be used again, so each body allocates one, about a
/// kilobyte, with 256 KiB of native state.
/// </summary>
internal sealed class GzipBodyEncoder : BodyCoder
{
    private readonly OutputStream _made = new();
    private readonly GZipStream _gzip;

    /// <param name="level">1 to 9.</param>
    public GzipBodyEncoder(int level) =>
        _gzip = new GZipStream(_made, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true);

    public override Result Write(BufferSlice piece, BufferPool buffers, ICoderOutput output)
    {
        _made.Output = output;
        _gzip.Write(piece.Span);
        return Finish();
    }

    public override Result Flush(BufferPool buffers, ICoderOutput output)
    {
        _made.Output = output;
        _gzip.Flush();
        return Finish();
    }

    public override Result End(BufferPool buffers, ICoderOutput output)
    {
        _made.Output = output;
        _gzip.Dispose();
        return Finish();
    }

    /// <summary>What the stream still wants to write then goes nowhere.</summary>
    public override void Release() => _gzip.Dispose();

    private Result Finish()
    {
        _made.Output = null;
        return Result.Done;
    }

    /// <summary>Gives what is written to whoever takes it now.</summary>
    private sealed class OutputStream : Stream
    {
        public ICoderOutput? Output { get; set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Output?.Take(buffer);

        public override void Write(byte[] buffer, int offset, int count) => Output?.Take(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
