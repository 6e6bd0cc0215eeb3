using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Filters;

/// <summary>What a filter does about a request's body that must not go on.</summary>
internal static class RequestBodies
{
    /// <summary>Answers if nothing was answered yet; else ends the stream, as half of a body must not pass for a whole.</summary>
    public static FilterVerdict Refuse(FilterContext context, int status, ResponseFlags flags)
    {
        if (context.Stream.Response is null)
        {
            return context.Reply(status, flags: flags);
        }
        context.Stream.Flags |= flags;
        return FilterVerdict.Terminate;
    }
}
