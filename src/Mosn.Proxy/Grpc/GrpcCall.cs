using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Grpc;

/// <summary>One call as its handler sees it. Belongs to one loop.</summary>
public sealed class GrpcCall
{
    private readonly LoopSignal _arrived = new();
    private readonly LoopSignal _drained = new();
    private readonly GrpcServedStream _stream;
    private CancellationTokenSource? _cancellation;

    internal GrpcCall(GrpcServedStream stream, EventLoop loop, RequestHead request, int messageBytesMax)
    {
        _stream = stream;
        Loop = loop;
        request.CopyTo(Request);
        Input = new GrpcMessageInput(messageBytesMax);
    }

    /// <summary>The loop that the call lives on.</summary>
    public EventLoop Loop { get; }

    /// <summary>The method and the metadata; stream filters may have changed them.</summary>
    public RequestHead Request { get; } = new();

    /// <summary>Metadata for the client before the first message; to be filled in before that is written.</summary>
    public HeaderBlock Headers { get; } = new();

    /// <summary>Metadata for the client after the last message.</summary>
    public HeaderBlock Trailers { get; } = new();

    /// <summary>True once nobody waits for the call any more: the client left, or its time is up.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Cancelled at that moment, on the loop; for what the handler waits for elsewhere.</summary>
    public CancellationToken Cancellation
    {
        get
        {
            _cancellation ??= new CancellationTokenSource();
            if (IsCancelled)
            {
                _cancellation.Cancel();
            }
            return _cancellation.Token;
        }
    }

    internal GrpcMessageInput Input { get; }

    /// <summary>Why the client's messages cannot be read; it is how the call ends.</summary>
    internal GrpcResult? Failure { get; private set; }

    /// <summary>The client's next message. Null: there are no more, or nobody waits for the call any more.</summary>
    /// <returns>The bytes of the message, valid until the next read.</returns>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync()
    {
        while (!IsCancelled && Failure is null)
        {
            switch (Input.TryTake(out ReadOnlyMemory<byte> message, out GrpcResult failure))
            {
                case DecodeStatus.Complete:
                    _stream.OnRoom();
                    return message;
                case DecodeStatus.Malformed:
                    Failure = failure;
                    return null;
                case DecodeStatus.NeedMore when Input.IsCutShort:
                    Failure = new GrpcResult(GrpcStatus.Internal, "the last message is cut short");
                    return null;
                case DecodeStatus.NeedMore when Input.IsEnded:
                    return null;
                default:
                    await _arrived.WaitAsync();
                    break;
            }
        }
        return null;
    }

    /// <summary>
    /// Sends a message; completes when the next one may be sent, so that a slow client slows the handler down.
    /// </summary>
    /// <param name="message">The bytes of the message; they are copied.</param>
    /// <returns>False: nobody waits for the call any more.</returns>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> message)
    {
        if (!IsCancelled)
        {
            _stream.SendMessage(message.Span);
        }
        while (!IsCancelled && _stream.IsFull)
        {
            await _drained.WaitAsync();
        }
        return !IsCancelled;
    }

    /// <summary>Part of the request's body came, or its end.</summary>
    internal void OnInput()
    {
        if (_arrived.IsWaiting)
        {
            _arrived.Set();
        }
    }

    /// <summary>What was sent is on its way.</summary>
    internal void OnDrained()
    {
        if (_drained.IsWaiting)
        {
            _drained.Set();
        }
    }

    internal void Cancel()
    {
        IsCancelled = true;
        _cancellation?.Cancel();
        OnInput();
        OnDrained();
    }
}
