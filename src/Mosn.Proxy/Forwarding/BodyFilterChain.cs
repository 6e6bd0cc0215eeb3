using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Forwarding;

/// <summary>
/// The filters of one direction's body, each the sink of the one before it, the last giving to the stream. Pooled with
/// its stream; allocates nothing once it has had as many filters as there are.
/// </summary>
internal sealed class BodyFilterChain(FilterContext context)
{
    private readonly List<Stage> _stages = [];
    private int _count;
    private IBodySink? _target;

    public bool IsEmpty => _count == 0;

    /// <summary>How many filters there are.</summary>
    public int Count => _count;

    /// <summary>The first verdict of a filter that was not to continue. What comes after it is dropped.</summary>
    public FilterVerdict Verdict { get; private set; }

    public void Add(IBodyFilter filter)
    {
        if (_count == _stages.Count)
        {
            _stages.Add(new Stage(this, _count));
        }
        _stages[_count++].Filter = filter;
    }

    /// <summary>Sends a piece through all filters into <paramref name="target"/>.</summary>
    public void Send(BufferSlice piece, IBodySink target)
    {
        _target = target;
        Sink(0).SendBody(piece);
        _target = null;
    }

    /// <summary>Sends a piece that was made here through all filters into <paramref name="target"/>.</summary>
    public void Send(ReadOnlySpan<byte> bytes, IBodySink target)
    {
        _target = target;
        Sink(0).SendBody(bytes);
        _target = null;
    }

    /// <summary>Tells all filters, in order, that the body is whole.</summary>
    public void End(IBodySink target)
    {
        _target = target;
        for (int i = 0; i < _count && Verdict == FilterVerdict.Continue; i++)
        {
            Note(_stages[i].Filter!.OnEnd(context, Sink(i + 1)));
        }
        _target = null;
    }

    /// <summary>Takes the last filters out again, before a piece was sent.</summary>
    /// <param name="count">How many stay.</param>
    public void Truncate(int count)
    {
        while (_count > count)
        {
            _stages[--_count].Filter = null;
        }
    }

    public void Clear()
    {
        Truncate(0);
        Verdict = FilterVerdict.Continue;
    }

    private IBodySink Sink(int index) => index < _count ? _stages[index] : _target!;

    private void Note(FilterVerdict verdict)
    {
        if (Verdict == FilterVerdict.Continue)
        {
            Verdict = verdict;
        }
    }

    /// <summary>A filter as the sink of what comes before it.</summary>
    private sealed class Stage(BodyFilterChain chain, int index) : IBodySink
    {
        public IBodyFilter? Filter { get; set; }

        public void SendBody(BufferSlice slice)
        {
            if (slice.Length > 0 && chain.Verdict == FilterVerdict.Continue)
            {
                chain.Note(Filter!.OnData(chain.Context, slice, chain.Sink(index + 1)));
            }
        }

        public void SendBody(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                Chunk chunk = chain.Context.Loop.Buffers.Rent();
                int length = Math.Min(bytes.Length, chunk.Capacity);
                bytes[..length].CopyTo(chunk.Span);
                try
                {
                    SendBody(new BufferSlice(chunk, 0, length));
                }
                finally
                {
                    chunk.Release(); // A filter of somebody else's may throw.
                }
                bytes = bytes[length..];
            }
        }
    }

    private FilterContext Context => context;
}
