namespace Mosn.Proxy.Forwarding;

/// <summary>Looks at, changes or answers requests. One instance a stream: its fields may hold state.</summary>
public interface IRequestFilter
{
    /// <summary>
    /// Runs on the stream's loop. Completes synchronously in the common case, and then costs no allocation; a filter that
    /// awaits something foreign comes back to the loop.
    /// </summary>
    ValueTask<FilterVerdict> OnRequestAsync(FilterContext context);
}

/// <summary>Looks at or changes responses, the upstream's and our own. One instance a stream.</summary>
public interface IResponseFilter
{
    /// <summary>The response's head is about to be sent. Continue or Terminate; other verdicts count as Continue.</summary>
    ValueTask<FilterVerdict> OnResponseAsync(FilterContext context);
}

/// <summary>A stream filter's compiled configuration. Immutable, shared by all loops.</summary>
public interface IStreamFilterFactory
{
    /// <summary>Adds the filter's instances to a new stream's chain.</summary>
    void AddTo(StreamFilterChain chain);
}
