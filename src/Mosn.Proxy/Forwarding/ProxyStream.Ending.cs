using Mosn.Protocols;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Forwarding;

/// <content>The end of a response: in order, broken off, or ours in the place of one that the client would refuse.</content>
internal sealed partial class ProxyStream
{
    private static readonly StreamError s_tooLarge = new(ErrorSource.Upstream, StreamErrorKind.HeadTooLarge);

    /// <summary>False: it is a host's, and larger than the client wants them; some clients would end their connection for it.</summary>
    private bool ClientTakes(ResponseHead response) =>
        response == _downstream.LocalResponse || _downstream.Takes(response);

    /// <summary>Puts ours in its place (RFC 9113 section 10.5.1).</summary>
    private ResponseHead ReplaceResponse()
    {
        _error = s_tooLarge;
        _context.Flags |= s_tooLarge.Flags;
        _exchange.Cancel();
        _filters.ResponseBody.Truncate(0); // They are for the body that is not sent.
        _local.Settle(s_tooLarge.Status, default, s_tooLarge);
        _context.Status = _context.Response!.Status;
        return _context.Response;
    }

    private void EndResponse(HeaderBlock? trailers)
    {
        _context.Trailers = trailers;
        if (_context.IsGrpc)
        {
            _context.GrpcStatus ??= GrpcReplies.StatusOf(_context.Response!, trailers);
        }
        if (!_filters.ResponseBody.IsEmpty)
        {
            _filters.ResponseBody.End(_sink);
        }
        HeaderBlock? last = _context.HidesTrailers ? null : _context.Trailers;
        if (!FiltersGoOn())
        {
            EndWith(new StreamError(ErrorSource.Proxy, StreamErrorKind.Terminated));
        }
        else if (last is null || _downstream.Takes(last))
        {
            _downstream.SendEnd(last);
        }
        else if (GrpcReplies.TrailersFor(_context, s_tooLarge) is { } ours)
        {
            _error = s_tooLarge;
            _context.Flags |= s_tooLarge.Flags;
            _downstream.SendEnd(ours);
        }
        else
        {
            EndWith(s_tooLarge);
        }
    }

    /// <summary>Ends a response that cannot become whole: a gRPC call with a status, if that can still be said.</summary>
    private void BreakOff(StreamError error)
    {
        if (!FiltersGoOn() || GrpcReplies.TrailersFor(_context, error) is not { } trailers)
        {
            EndWith(error);
            return;
        }
        _error = error;
        _context.Flags |= error.Flags;
        EndResponse(trailers);
    }

    /// <summary>Cuts the stream: half a response must look like a whole one neither to the client nor in a log.</summary>
    private void EndWith(StreamError error)
    {
        _error = error;
        _context.Flags |= error.Flags;
        _downstream.Reset();
    }
}
