using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Forwarding;

/// <summary>
/// Moves one request's body from the client through the filters to whoever is to have it: the try, the copies, and the
/// buffer from which a further try begins. Pulls only what the try can take. Pooled with its stream.
/// </summary>
/// <param name="filters">The stream's filters.</param>
/// <param name="context">Counts the bytes.</param>
internal sealed class RequestRelay(StreamFilterChain filters, StreamContext context) : IBodySink
{
    private readonly ReplayBuffer _kept = new();
    private readonly List<MirrorStream> _mirrors = [];
    private IServerStream _source = null!;
    private UpstreamTry? _receiver;

    /// <summary>Bytes of what is kept that the copies were sent.</summary>
    private int _copied;
    private bool _isEnded;

    /// <summary>True once the client's whole body was pulled and went through the filters.</summary>
    public bool IsEnded => _isEnded;

    /// <summary>True if a further try can send all that a try before it was sent.</summary>
    public bool IsRepeatable => context.BytesReceived == 0 || _kept.IsKeeping;

    /// <summary>What a filter of the body wants.</summary>
    public FilterVerdict Verdict => filters.RequestBody.Verdict;

    /// <summary>Begins with a request.</summary>
    public void Start(IServerStream source)
    {
        _source = source;
        _isEnded = !source.Request.HasBody;
    }

    /// <summary>Keeps what comes from now on, if nothing has gone by yet that was not kept.</summary>
    /// <param name="bytesMax">Bound of what is kept.</param>
    public void Keep(int bytesMax)
    {
        if (bytesMax > 0 && !_isEnded && (context.BytesReceived == 0 || _kept.IsKeeping))
        {
            _kept.Start(context.Loop.Buffers, bytesMax);
        }
    }

    /// <summary>The try has brought an answer: what is kept is needed no more, once that try has all of it.</summary>
    public void StopKeeping(UpstreamTry answer)
    {
        if (answer.BytesTaken == _kept.Length && (_mirrors.Count == 0 || _copied == _kept.Length))
        {
            _kept.Clear();
            answer.BytesTaken = _copied = 0;
        }
    }

    private bool AreCopiesWritable
    {
        get
        {
            foreach (MirrorStream mirror in _mirrors)
            {
                if (!mirror.IsWritable)
                {
                    return false;
                }
            }
            return true;
        }
    }

    /// <summary>Lets a copy of the request have the body, too; before any of it was moved, but for what is kept.</summary>
    public void Add(MirrorStream mirror) => _mirrors.Add(mirror);

    /// <summary>
    /// Pulls the body into the buffer, without a try. Null: more may come. True: it is here, whole. False: it is larger
    /// than the bound, or a filter of the body does not go on.
    /// </summary>
    public bool? Collect()
    {
        while (!_isEnded && _source.Body.TryRead(out BufferSlice slice))
        {
            if (!Pass(slice))
            {
                return false;
            }
        }
        PassEnd();
        return Verdict != FilterVerdict.Continue || (context.BytesReceived > 0 && !_kept.IsKeeping) ? false
            : _isEnded ? true
            : null;
    }

    /// <summary>
    /// Moves the body to the copies alone, as far as all of them can take it. Null: more may come. True: they have all of
    /// it. False: a filter of the body does not go on.
    /// </summary>
    public bool? PumpCopies()
    {
        while (_copied < _kept.Length && AreCopiesWritable)
        {
            BufferSlice kept = _kept.Slice(_copied);
            _copied += kept.Length;
            Copy(kept);
        }
        if (_copied < _kept.Length)
        {
            return null;
        }
        while (!_isEnded && AreCopiesWritable && _source.Body.TryRead(out BufferSlice slice) && Pass(slice))
        {
        }
        PassEnd();
        EndCopies();
        return Verdict != FilterVerdict.Continue ? false : _isEnded ? true : null;
    }

    /// <summary>
    /// Moves to the try what it can take: first what is kept, then what comes. True once the try has the whole request.
    /// </summary>
    public bool Pump(UpstreamTry attempt)
    {
        // Not before the connect succeeded: until then the body is still whole, and another host may be tried.
        if (attempt.Stream is not { IsConnected: true } stream)
        {
            return false;
        }
        while (attempt.BytesTaken < _kept.Length && stream.IsWritable)
        {
            BufferSlice slice = _kept.Slice(attempt.BytesTaken);
            if (attempt.BytesTaken == _copied)
            {
                // Collected before there were copies: they get it at the pace of the first try that takes it.
                _copied += slice.Length;
                Copy(slice);
            }
            attempt.BytesTaken += slice.Length;
            stream.SendBody(slice);
        }
        if (attempt.BytesTaken < _kept.Length)
        {
            return false;
        }
        _receiver = attempt;
        while (!_isEnded && stream.IsWritable && _source.Body.TryRead(out BufferSlice slice) && Pass(slice))
        {
        }
        PassEnd();
        EndCopies();
        _receiver = null;
        if (!_isEnded || Verdict != FilterVerdict.Continue || attempt.BytesTaken < _kept.Length)
        {
            return false;
        }
        stream.SendEnd(_source.Body.Trailers);
        return true;
    }

    /// <summary>Forgets the request; copies of it go on by themselves.</summary>
    public void Clear()
    {
        foreach (MirrorStream mirror in _mirrors)
        {
            mirror.Abandon();
        }
        _mirrors.Clear();
        _kept.Clear();
        _source = null!;
        _copied = 0;
        _isEnded = false;
    }

    void IBodySink.SendBody(BufferSlice slice)
    {
        if (slice.Length == 0)
        {
            return;
        }
        bool isKept = _kept.IsKeeping && _kept.TryAppend(slice.Span);
        if (_mirrors.Count > 0)
        {
            _copied = isKept ? _copied + slice.Length : 0;
            Copy(slice);
        }
        if (_receiver is { } receiver)
        {
            receiver.BytesTaken = isKept ? receiver.BytesTaken + slice.Length : 0;
            receiver.Stream!.SendBody(slice);
        }
    }

    void IBodySink.SendBody(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Chunk chunk = context.Loop.Buffers.Rent();
            int length = Math.Min(bytes.Length, chunk.Capacity);
            bytes[..length].CopyTo(chunk.Span);
            try
            {
                ((IBodySink)this).SendBody(new BufferSlice(chunk, 0, length));
            }
            finally
            {
                chunk.Release();
            }
            bytes = bytes[length..];
        }
    }

    /// <summary>True if more may follow.</summary>
    private bool Pass(BufferSlice slice)
    {
        context.BytesReceived += slice.Length;
        if (filters.RequestBody.IsEmpty)
        {
            ((IBodySink)this).SendBody(slice);
            return true;
        }
        filters.RequestBody.Send(slice, this);
        return Verdict == FilterVerdict.Continue;
    }

    private void PassEnd()
    {
        if (_isEnded || !_source.Body.IsEnded || Verdict != FilterVerdict.Continue)
        {
            return;
        }
        if (!filters.RequestBody.IsEmpty)
        {
            filters.RequestBody.End(this);
        }
        _isEnded = Verdict == FilterVerdict.Continue;
    }

    private void Copy(BufferSlice slice)
    {
        foreach (MirrorStream mirror in _mirrors)
        {
            mirror.SendBody(slice);
        }
    }

    private void EndCopies()
    {
        if (_isEnded && _copied >= _kept.Length)
        {
            foreach (MirrorStream mirror in _mirrors)
            {
                mirror.SendEnd(_source.Body.Trailers);
            }
        }
    }
}
