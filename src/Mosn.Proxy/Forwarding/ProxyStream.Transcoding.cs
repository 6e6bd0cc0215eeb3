namespace Mosn.Proxy.Forwarding;

/// <content>Requests whose host speaks another protocol than their client, and between the two somebody who translates.</content>
internal sealed partial class ProxyStream
{
    public StreamFilterChain Filters => _filters;

    /// <summary>Has the request translated, before its first try. False: there is something wrong with it.</summary>
    private bool MayTranscode()
    {
        if (_filterContext.Transcoder is not { } transcoder || _context.Attempts > 0)
        {
            return true;
        }
        (long totalMs, long tryMs) = ExchangeTimes.Of(_route!, _context);
        _error = transcoder.Transcode(_filterContext, _context.UpstreamProtocol!, tryMs > 0 ? tryMs : totalMs);
        if (_error is null && _context.Request.Frame is not null)
        {
            AskForBody(); // No host of an RPC protocol says that it may come.
        }
        return _error is null;
    }
}
