using Mosn.Protocols;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Forwarding;

/// <summary>A response of our own: the proxy's, a route's or a filter's. Pooled with its stream.</summary>
internal sealed class LocalAnswer(StreamContext context, BodyFilterChain filters, ResponseSink sink)
{
    private ReadOnlyMemory<byte> _body;

    /// <summary>Makes it the response, in the words of the request's protocol; its headers may be filled in already.</summary>
    /// <param name="body">Must not change until it is sent.</param>
    /// <param name="error">Why there is no other response; null: a filter or the route wants none.</param>
    public void Settle(int status, ReadOnlyMemory<byte> body, StreamError? error)
    {
        ResponseHead head = context.Downstream.LocalResponse;
        context.Response = head;
        if (context.IsGrpc)
        {
            GrpcReplies.Fill(context, head, status, error, body.Span);
            _body = default;
            return;
        }
        bool isBodiless = status is 204 or 304;
        head.SetStatus(status);
        head.SetFraming(isBodiless ? BodyFraming.None : BodyFraming.Length, isBodiless ? -1 : body.Length);
        _body = isBodiless ? default : body;
    }

    /// <summary>Sends the body behind the head, and the end. False: a filter of the body does not go on.</summary>
    public bool TrySendBody()
    {
        if (filters.IsEmpty)
        {
            sink.SendBody(_body.Span);
        }
        else
        {
            filters.Send(_body.Span, sink);
            filters.End(sink);
        }
        if (filters.Verdict != FilterVerdict.Continue)
        {
            return false;
        }
        context.Downstream.SendEnd(trailers: null);
        return true;
    }

    public void Clear() => _body = default;
}
