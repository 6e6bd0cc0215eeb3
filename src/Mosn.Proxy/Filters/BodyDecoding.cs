using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// One body that is decoded on its way, in whichever direction. What comes out is bounded in all and by what went in, so
/// that a small body cannot become the proxy's or the upstream's whole memory. Pooled by its filter, on one loop.
/// </summary>
internal sealed class BodyDecoding(DecompressSettings settings, MetricGroup metrics, CoderPool coders)
    : IBodyFilter, ICoderOutput
{
    private BodyCoder? _coder;
    private IBodySink? _next;
    private BodyCoder.Result _result;
    private bool _isWhole;
    private long _bytesIn;
    private long _bytesOut;

    /// <summary>False: too many others are under way.</summary>
    public bool TryBegin(ContentCoding coding, EventLoop loop)
    {
        _coder = coders.RentDecoder(coding, settings.StreamsMax);
        if (_coder is null)
        {
            metrics.Add(loop.Index, FilterMetrics.CodingSkipped, 1);
        }
        return _coder is not null;
    }

    public FilterVerdict OnData(FilterContext context, BufferSlice piece, IBodySink next)
    {
        if (_coder is null)
        {
            next.SendBody(piece);
            return FilterVerdict.Continue;
        }
        _next = next;
        _bytesIn += piece.Length;
        _result = _coder.Write(piece, context.Loop.Buffers, this);
        _next = null;
        return Judge(context);
    }

    public FilterVerdict OnEnd(FilterContext context, IBodySink next)
    {
        if (_coder is null)
        {
            return FilterVerdict.Continue;
        }
        _next = next;
        _result = _coder.End(context.Loop.Buffers, this);
        _next = null;
        _isWhole = _result == BodyCoder.Result.Done;
        return Judge(context);
    }

    public bool Take(BufferSlice piece)
    {
        _bytesOut += piece.Length;
        if (settings.IsExceededBy(_bytesIn, _bytesOut))
        {
            return false;
        }
        _next!.SendBody(piece);
        return true;
    }

    public bool Take(ReadOnlySpan<byte> piece)
    {
        _bytesOut += piece.Length;
        if (settings.IsExceededBy(_bytesIn, _bytesOut))
        {
            return false;
        }
        _next!.SendBody(piece);
        return true;
    }

    /// <summary>The stream is over: counts, and gives back what it holds.</summary>
    public void Clear(EventLoop loop)
    {
        if (_coder is not null)
        {
            coders.Return(_coder);
            metrics.Add(loop.Index, _isWhole ? FilterMetrics.CodingDone : FilterMetrics.CodingFailed, 1);
            metrics.Add(loop.Index, FilterMetrics.CodingBytesIn, _bytesIn);
            metrics.Add(loop.Index, FilterMetrics.CodingBytesOut, _bytesOut);
        }
        _coder = null;
        _result = BodyCoder.Result.Done;
        _isWhole = false;
        _bytesIn = _bytesOut = 0;
    }

    private FilterVerdict Judge(FilterContext context) => _result switch
    {
        BodyCoder.Result.Done => FilterVerdict.Continue,
        BodyCoder.Result.Stopped => RequestBodies.Refuse(context, 413, ResponseFlags.RequestEntityTooLarge),
        _ => RequestBodies.Refuse(context, 400, ResponseFlags.None),
    };
}
