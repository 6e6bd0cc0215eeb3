using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Forwarding;

/// <summary>Looks at, changes or answers requests. On the stream's loop.</summary>
public interface IRequestFilter
{
    /// <summary>
    /// Completes synchronously in the common case, and then costs no allocation; a filter that awaits something foreign
    /// comes back to the loop. While it waits the client may leave: see <see cref="FilterContext.IsClientGone"/>.
    /// </summary>
    ValueTask<FilterVerdict> OnRequestAsync(FilterContext context);
}

/// <summary>Looks at or changes the heads of responses, the upstream's and our own. On the stream's loop.</summary>
public interface IResponseFilter
{
    /// <summary>
    /// The response's head is about to be sent. Continue; or Terminate; or Reply, to answer in place of the upstream. Other
    /// verdicts count as Continue, and so does Reply for a response of our own.
    /// </summary>
    ValueTask<FilterVerdict> OnResponseAsync(FilterContext context);
}

/// <summary>
/// Sees or changes a body on its way, piece by piece. Holds back only what it has itself bounded. A filter that changes a
/// body's length must have changed its framing when it saw the head. On the stream's loop.
/// </summary>
public interface IBodyFilter
{
    /// <summary>
    /// A piece came. What goes on is given to <paramref name="next"/>, in whatever pieces, now or in a later call.
    /// Continue; or, for the body of a request that has no response yet, Reply; or Terminate.
    /// </summary>
    FilterVerdict OnData(FilterContext context, BufferSlice piece, IBodySink next);

    /// <summary>The body is whole; what was held back goes on now. Verdicts as for a piece.</summary>
    FilterVerdict OnEnd(FilterContext context, IBodySink next) => FilterVerdict.Continue;
}

/// <summary>Hears of the end of a stream, whatever way it ended, when all about it is known: for logs and metrics.</summary>
public interface IStreamEndFilter
{
    /// <summary>The last call for this stream: a filter that holds something gives it back. On the stream's loop.</summary>
    void OnEnd(FilterContext context);
}

/// <summary>A stream filter's compiled configuration. Immutable, shared by all loops.</summary>
public interface IStreamFilterFactory
{
    /// <summary>
    /// Adds the filter to a new stream's chain. One object may serve all streams if it keeps nothing about them; one that
    /// does belongs to a pool of the loop, and goes back in <see cref="IStreamEndFilter.OnEnd"/>.
    /// </summary>
    void AddTo(StreamFilterChain chain, FilterContext context);
}
