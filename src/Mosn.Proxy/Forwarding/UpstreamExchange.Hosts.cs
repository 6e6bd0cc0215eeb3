using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Forwarding;

/// <content>Which host a request goes to.</content>
internal sealed partial class UpstreamExchange
{
    private ClientBinding? Binding => _cluster!.BindingOf(Loop, _context.Downstream.Connection, _context.UpstreamProtocol!);

    /// <summary>The host that the client is bound to, else the one that the balancer gives.</summary>
    private (Host?, IConnectionPool?) PickHost()
    {
        if (Binding is { } binding)
        {
            return (binding.Pool.Host, binding.Pool);
        }
        PickContext pick = new(Loop.Index, _context)
        {
            Hash = _hash,
            Criteria = _criteria,
            Attempt = _context.Attempts,
            NowMs = Loop.NowMs,
        };
        Host? host = _cluster!.PickHost(pick, _tried.AsSpan(0, _triedCount));
        return (host, host?.PoolOn(Loop, _context.UpstreamProtocol!, _route.Priority));
    }

    /// <summary>Another request of the client may have been bound to a host while a filter made this one wait.</summary>
    private void Rebind()
    {
        if (_try.Pool is { IsBound: true } pool
            && Binding?.Pool is { } bound && bound != pool)
        {
            Name(bound.Host);
            _try.Begin(bound.Host, bound, Loop.TurnNs);
        }
    }

    /// <summary>Tells logs and variables where the request is.</summary>
    private void Name(Host host, long connectionId = 0)
    {
        _context.UpstreamAddress = host.Address;
        _context.UpstreamHostName = host.HostName;
        _context.UpstreamConnectionId = connectionId;
    }

    private void Remember(Host host)
    {
        if (_triedCount < TriedMax && !_tried.AsSpan(0, _triedCount).Contains(host))
        {
            _tried[_triedCount++] = host;
        }
    }
}
