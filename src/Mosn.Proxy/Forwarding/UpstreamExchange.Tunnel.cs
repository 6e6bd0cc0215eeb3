using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <content>The exchange as a tunnel: what is left of its times.</content>
internal sealed partial class UpstreamExchange
{
    /// <summary>True once not a byte has moved for the time that the route, or the tunnel, allows.</summary>
    public bool IsSilent => _idle.IsOver;

    /// <summary>A host has agreed to a tunnel: from now on there is no other bound in time than on silence.</summary>
    /// <param name="idleMs">Milliseconds.</param>
    public void BeginTunnel(long idleMs)
    {
        TimerWheel.Cancel(this);
        _isTimedOut = false;
        _idle.Stop();
        _idle.Start(Loop, idleMs);
    }
}
