using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Grpc;

/// <summary>
/// A call that is served here and not by a host: what the handler reads is the request's body, and what it writes the
/// response's. To whoever forwards it, it is a stream as any other, without a connection.
/// </summary>
internal sealed class GrpcServedStream : IClientStream, IMessageBody
{
    /// <summary>Bytes that a handler may write ahead of its client.</summary>
    private const int AheadMax = 64 * 1024;

    private readonly GrpcServicePool _pool;
    private readonly EventLoop _loop;
    private readonly GrpcService _service;
    private readonly IStreamOwner _owner;
    private readonly Queue<BufferSlice> _output = [];
    private GrpcCall? _call;
    private Chunk? _shown;
    private int _outputLength;
    private bool _isOver;
    private bool _isReleased;

    public GrpcServedStream(GrpcServicePool pool, EventLoop loop, GrpcService service, IStreamOwner owner)
    {
        _pool = pool;
        _loop = loop;
        _service = service;
        _owner = owner;
    }

    public long ConnectionId => 0;

    public bool HeadReceived { get; private set; }

    public ResponseHead Response { get; } = new();

    public IMessageBody Body => this;

    public StreamError? Error => null;

    /// <summary>What comes after the handler has ended is dropped.</summary>
    public bool IsWritable => _isOver || _call!.Input.IsWritable;

    public bool IsConnected => true;

    public int UnsentLength => 0;

    public bool IsEnded => _isOver && _output.Count == 0;

    public HeaderBlock? Trailers { get; private set; }

    /// <summary>True while the handler should not write.</summary>
    public bool IsFull => _outputLength > AheadMax;

    public void SendHead(RequestHead head, bool endStream)
    {
        _call = new GrpcCall(this, _loop, head, _service.MessageBytesMax);
        _call.Input.IsEnded = endStream;
        if (head.KnownMethod != KnownMethod.Post || !GrpcHeaders.IsGrpc(head.Headers))
        {
            Refuse(head.KnownMethod == KnownMethod.Post ? 415 : 405);
        }
        else if (_service.Find(head.Path) is { } handler)
        {
            _ = RunAsync(handler, _call);
        }
        else
        {
            Finish(new GrpcResult(GrpcStatus.Unimplemented, "no such method"));
        }
    }

    public void SendBody(BufferSlice slice) => SendBody(slice.Span);

    public void SendBody(ReadOnlySpan<byte> bytes)
    {
        if (!_isOver)
        {
            _call!.Input.Append(bytes);
            _call.OnInput();
        }
    }

    public void SendEnd(HeaderBlock? trailers)
    {
        _call!.Input.IsEnded = true;
        _call.OnInput();
    }

    public bool TryRead(out BufferSlice slice)
    {
        _shown?.Release();
        _shown = null;
        if (_output.Count == 0)
        {
            _call?.OnDrained(); // Here and not when the last piece is taken: the handler must not run while that is in use.
        }
        if (!_output.TryDequeue(out slice))
        {
            return false;
        }
        _shown = slice.Chunk;
        _outputLength -= slice.Length;
        return true;
    }

    public void Release()
    {
        _isReleased = true;
        _shown?.Release();
        _shown = null;
        while (_output.TryDequeue(out BufferSlice slice))
        {
            slice.Chunk.Release();
        }
        _outputLength = 0;
        if (!_isOver)
        {
            _call?.Cancel();
        }
        _pool.OnEnded();
    }

    /// <summary>The handler has taken a message: there is room for more.</summary>
    internal void OnRoom() => Tell();

    /// <summary>The handler's next message, and before the first one the head.</summary>
    internal void SendMessage(ReadOnlySpan<byte> message)
    {
        if (!HeadReceived)
        {
            BeginResponse();
            Response.SetFraming(BodyFraming.Chunked);
            HeadReceived = true;
        }
        Span<byte> prefix = stackalloc byte[GrpcFrame.PrefixLength];
        GrpcFrame.Write(message.Length, prefix);
        Chunk chunk = _loop.Buffers.Rent();
        prefix.CopyTo(chunk.Span);
        int used = GrpcFrame.PrefixLength;
        while (true)
        {
            int length = Math.Min(message.Length, chunk.Capacity - used);
            message[..length].CopyTo(chunk.Span[used..]);
            _output.Enqueue(new BufferSlice(chunk, 0, used + length));
            _outputLength += used + length;
            message = message[length..];
            if (message.IsEmpty)
            {
                break;
            }
            chunk = _loop.Buffers.Rent();
            used = 0;
        }
        Tell();
    }

    private async Task RunAsync(GrpcHandler handler, GrpcCall call)
    {
        GrpcResult result;
        try
        {
            result = await handler(call);
        }
        catch (Exception exception)
        {
            // Of a handler that nobody waits for any more it is no bug to say so by an exception.
            if (!call.IsCancelled)
            {
                _loop.ReportBug(exception);
            }
            result = new GrpcResult(GrpcStatus.Unknown, "the handler failed");
        }
        Finish(call.Failure ?? result);
    }

    private void Finish(GrpcResult result)
    {
        _call!.Input.Clear();
        _isOver = true;
        if (_isReleased)
        {
            return;
        }
        HeaderBlock last = _call.Trailers;
        if (!HeadReceived)
        {
            BeginResponse();
            for (int i = 0; i < last.Count; i++)
            {
                Response.Headers.Add(last.Name(i), last.Value(i));
            }
            last = Response.Headers;
            Response.SetFraming(BodyFraming.Length, 0);
            HeadReceived = true;
        }
        else
        {
            Trailers = last;
        }
        Say(result, last);
        Tell();
    }

    /// <summary>Somebody who does not speak gRPC.</summary>
    private void Refuse(int status)
    {
        _isOver = true;
        Response.SetStatus(status);
        Response.SetFraming(BodyFraming.Length, 0);
        HeadReceived = true;
        Tell();
    }

    private void BeginResponse()
    {
        Response.SetStatus(200);
        Response.Headers.Add(KnownHeader.ContentType, "application/grpc"u8);
        HeaderBlock headers = _call!.Headers;
        for (int i = 0; i < headers.Count; i++)
        {
            Response.Headers.Add(headers.Name(i), headers.Value(i));
        }
    }

    private static void Say(GrpcResult result, HeaderBlock into)
    {
        into.Set(KnownHeader.GrpcStatus, Encoding.ASCII.GetBytes($"{(int)result.Status}"));
        if (!string.IsNullOrEmpty(result.Message))
        {
            Span<byte> text = stackalloc byte[GrpcMessageText.LengthMax];
            into.Set(KnownHeader.GrpcMessage, text[..GrpcMessageText.Write(Encoding.UTF8.GetBytes(result.Message), text)]);
        }
    }

    private void Tell()
    {
        if (!_isReleased)
        {
            _owner.OnActivity();
        }
    }
}
