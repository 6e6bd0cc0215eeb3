using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Forwarding;

/// <content>
/// Requests for a tunnel: CONNECT, <c>Upgrade</c> and WebSocket, whatever the protocols of the two sides. Until a host has
/// agreed it is a request like any other, without a body; nothing is taken from the client that a host which refuses could
/// get to read. Afterwards both directions are bytes, each ended on its own.
/// </content>
internal sealed partial class ProxyStream
{
    private bool _isTunnel;
    private bool _clientEnded;
    private bool _hostEnded;

    /// <summary>A WebSocket is asked for with GET, whichever way the client has of saying so: routes and logs see one thing.</summary>
    private void MakeNeutral()
    {
        RequestHead request = _context.Request;
        request.SetFraming(BodyFraming.None);
        _context.IsGrpc = false; // Whose errors are answered with a 200: here it would open the tunnel.
        if (!request.Protocol.IsEmpty && request.KnownMethod == KnownMethod.Connect)
        {
            request.SetMethod("GET"u8);
        }
    }

    /// <summary>
    /// Whether the route lets the request be what it is, or an ordinary one without the change of protocol: an offer of
    /// HTTP/1's may be ignored. False: it is refused.
    /// </summary>
    private bool MayTunnel()
    {
        RequestHead request = _context.Request;
        bool isOffer = request.KnownMethod != KnownMethod.Connect && request.Version == HttpVersion.Http11;
        bool isForwarded = _route!.Kind == RouteKind.Forward;
        bool isAllowed = request.Protocol.IsEmpty
            ? _route.Connect != ConnectMode.Refuse
            : _route.AllowsUpgrade(request.Protocol);
        if (isOffer && !(isForwarded && isAllowed))
        {
            request.SetProtocol(default);
            return true;
        }
        if (isForwarded && !isAllowed)
        {
            _error = new StreamError(ErrorSource.Proxy, StreamErrorKind.NoTunnel);
            return false;
        }
        return true;
    }

    /// <summary>Sends the head that opens the tunnel. False: it is refused, and the response is one like any other.</summary>
    private bool IsTunnelAgreed()
    {
        ResponseHead response = _context.Response!;
        if (response.HasUpgrade && response != _downstream.LocalResponse)
        {
            _route!.PrepareResponse(_context, response);
            _downstream.SendHead(response, endStream: false);
            _context.Status = response.Status; // As the client's protocol says it.
            _exchange.BeginTunnel(_route.TunnelIdleMs);
            _isTunnel = true;
            CountTunnel(SelfMetric.TunnelsTotal, 1);
            CountTunnel(SelfMetric.TunnelsActive, 1);
            return true;
        }
        RequestHead request = _context.Request;
        bool isConnect = request.KnownMethod == KnownMethod.Connect || request.Version == HttpVersion.Http2;
        if (isConnect && response.Status is >= 200 and < 300)
        {
            // To the client any 2xx would mean that its tunnel stands.
            _exchange.Cancel();
            _local.Settle(502, default, error: null);
        }
        return false;
    }

    /// <summary>Moves what can be moved in both directions. True: both have ended, or one cannot go on.</summary>
    private bool IsTunnelOver()
    {
        IClientStream upstream = _exchange.Answer!.Stream!;
        if (_downstream.Error is { Kind: StreamErrorKind.Reset } gone)
        {
            EndWith(gone);
            return true;
        }
        MoveToHost(upstream);
        MoveToClient(upstream);
        if (_clientEnded && _hostEnded)
        {
            return true;
        }
        if ((_downstream.Error ?? upstream.Error) is { } cause)
        {
            EndWith(cause);
            return true;
        }
        if (!_exchange.IsSilent)
        {
            return false;
        }
        EndDirection(ref _clientEnded, upstream);
        EndDirection(ref _hostEnded, _downstream);
        return true;
    }

    private void EndTunnel()
    {
        if (_isTunnel)
        {
            CountTunnel(SelfMetric.TunnelsActive, -1);
            _isTunnel = _clientEnded = _hostEnded = false;
        }
    }

    private void CountTunnel(SelfMetric metric, long delta) =>
        _worker.Model.Metrics.Self.Add(_worker.Loop.Index, metric, delta);

    private void MoveToHost(IClientStream upstream)
    {
        while (upstream.IsWritable && _downstream.Body.TryRead(out BufferSlice slice))
        {
            _context.BytesReceived += slice.Length;
            upstream.SendBody(slice);
        }
        if (_downstream.Body.IsEnded)
        {
            EndDirection(ref _clientEnded, upstream);
        }
    }

    private void MoveToClient(IClientStream upstream)
    {
        while (_downstream.IsWritable && upstream.Body.TryRead(out BufferSlice slice))
        {
            _exchange.BytesRelayed += slice.Length;
            _context.BytesSent += slice.Length;
            _downstream.SendBody(slice);
        }
        if (upstream.Body.IsEnded)
        {
            EndDirection(ref _hostEnded, _downstream);
        }
    }

    private static void EndDirection(ref bool isEnded, IClientStream to)
    {
        if (!isEnded)
        {
            isEnded = true;
            to.SendEnd(trailers: null);
        }
    }

    private static void EndDirection(ref bool isEnded, IServerStream to)
    {
        if (!isEnded)
        {
            isEnded = true;
            to.SendEnd(trailers: null);
        }
    }
}
