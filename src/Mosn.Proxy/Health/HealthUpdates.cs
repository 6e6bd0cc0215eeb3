using System.Runtime.InteropServices;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Health;

/// <summary>
/// Carries verdicts about hosts from a loop to the control side, in their order: publishing one may compute tables for
/// every host, which no loop should wait for. What gathers meanwhile is published together. Any thread.
/// </summary>
/// <param name="background">Runs work off the loops; at once in tests.</param>
internal sealed class HealthUpdates(Cluster cluster, Action<Action> background)
{
    private readonly Lock _lock = new();
    private List<Verdict> _waiting = [];
    private bool _isScheduled;

    private readonly record struct Verdict(Host Host, HostHealth Reason, bool Failed);

    /// <inheritdoc cref="Cluster.SetHealth"/>
    public void Set(Host host, HostHealth reason, bool failed)
    {
        lock (_lock)
        {
            _waiting.Add(new Verdict(host, reason, failed));
            if (_isScheduled)
            {
                return;
            }
            _isScheduled = true;
        }
        background(Publish);
    }

    private void Publish()
    {
        while (true)
        {
            List<Verdict> verdicts;
            lock (_lock)
            {
                if (_waiting.Count == 0)
                {
                    _isScheduled = false;
                    return;
                }
                verdicts = _waiting;
                _waiting = [];
            }
            Publish(verdicts);
        }
    }

    private void Publish(List<Verdict> verdicts)
    {
        List<Host> hosts = new(verdicts.Count);
        for (int i = 0; i < verdicts.Count; i++)
        {
            (Host host, HostHealth reason, bool failed) = verdicts[i];
            hosts.Add(host);
            bool isLast = i + 1 == verdicts.Count || verdicts[i + 1].Reason != reason || verdicts[i + 1].Failed != failed;
            if (isLast)
            {
                cluster.SetHealth(CollectionsMarshal.AsSpan(hosts), reason, failed);
                hosts.Clear();
            }
        }
    }
}
