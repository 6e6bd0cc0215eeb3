using System.Buffers;
using Mosn.Protocols;
using Mosn.Protocols.Grpc;

namespace Mosn.Proxy.Grpc;

/// <summary>
/// The part of a request's body that a handler has not read yet. Takes more only as long as it holds less than the message
/// that is begun needs, so a client is as fast as its handler. Belongs to one call.
/// </summary>
internal sealed class GrpcMessageInput(int messageBytesMax)
{
    /// <summary>Bytes that are taken ahead of the handler.</summary>
    private const int AheadMax = 64 * 1024;

    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private int _shownLength;

    /// <summary>True once nothing more will come.</summary>
    public bool IsEnded { get; set; }

    /// <summary>True while more is wanted.</summary>
    public bool IsWritable => Unread.Length < Math.Max(AheadMax, NeededLength);

    /// <summary>Bytes are left, and no message: the client has ended in the middle of one.</summary>
    public bool IsCutShort => IsEnded && !Unread.IsEmpty;

    private ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start + _shownLength, _end - _start - _shownLength);

    private long NeededLength
    {
        get
        {
            GrpcFrame.Read(Unread, out uint length, out _);
            return GrpcFrame.PrefixLength + Math.Min(length, messageBytesMax);
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _end < bytes.Length)
        {
            MakeRoom(bytes.Length);
        }
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Takes the next message if it is whole.</summary>
    /// <param name="message">Valid until the next call.</param>
    /// <param name="failure">Set with Malformed: what is wrong about it.</param>
    public DecodeStatus TryTake(out ReadOnlyMemory<byte> message, out GrpcResult failure)
    {
        message = default;
        failure = default;
        _start += _shownLength;
        _shownLength = 0;
        DecodeStatus status = GrpcFrame.Read(Unread, out uint length, out bool isCompressed);
        if (length > messageBytesMax)
        {
            failure = new GrpcResult(GrpcStatus.ResourceExhausted, "the message is too large");
            return DecodeStatus.Malformed;
        }
        if (isCompressed)
        {
            failure = new GrpcResult(GrpcStatus.Unimplemented, "compressed messages are not taken");
            return DecodeStatus.Malformed;
        }
        if (status == DecodeStatus.Malformed)
        {
            failure = new GrpcResult(GrpcStatus.Internal, "the body is not one of gRPC");
        }
        if (status == DecodeStatus.Complete)
        {
            message = _bytes.AsMemory(_start + GrpcFrame.PrefixLength, (int)length);
            _shownLength = GrpcFrame.PrefixLength + (int)length;
        }
        return status;
    }

    /// <summary>Gives the memory back; messages that were taken are not valid any more.</summary>
    public void Clear()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
        _bytes = [];
        _start = _end = _shownLength = 0;
    }

    /// <summary>The message that the handler looks at stays where it is for as long as it does.</summary>
    private void MakeRoom(int length)
    {
        int held = _end - _start;
        if (_shownLength == 0 && _bytes.Length - held >= length)
        {
            _bytes.AsSpan(_start, held).CopyTo(_bytes);
        }
        else
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(int.MaxValue, Math.Max(2L * held, (long)held + length)));
            _bytes.AsSpan(_start, held).CopyTo(larger);
            Drop(_bytes);
            _bytes = larger;
        }
        _start = 0;
        _end = held;
    }

    private void Drop(byte[] bytes)
    {
        // Somebody may still look at it: then it is the garbage collector's.
        if (bytes.Length > 0 && _shownLength == 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
