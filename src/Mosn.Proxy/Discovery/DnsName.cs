using Mosn.Proxy.Config;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Discovery;

/// <summary>
/// One name of a cluster: what it stands for now, and when it is asked for again. Belongs to the control loop, and is its
/// own timer: of the next question, or of the one under way.
/// </summary>
internal sealed class DnsName(DnsCluster cluster, NetworkAddress named) : LoopTimer
{
    /// <summary>Milliseconds for all questions of one resolution: search list, servers, tries (MOSN: 20s).</summary>
    internal const long ResolutionMsMax = 20_000;

    private CancellationTokenSource? _cancellation;
    private State _state;
    private int _generation;
    private bool _askAgain;

    private enum State : byte
    {
        Resting,

        /// <summary>In the queue of <see cref="DnsDiscovery"/>.</summary>
        Waiting,
        Asking,
        Stopped,
    }

    public string Name => named.Host;

    /// <summary>The last good answer, in its order; empty before the first.</summary>
    public IReadOnlyList<ResolvedAddress> Addresses { get; private set; } = [];

    /// <summary>True once a resolution has ended, whichever way.</summary>
    public bool HasOutcome { get; private set; }

    /// <summary>Failures since the last good answer.</summary>
    public int FailureCount { get; private set; }

    /// <summary>Resolves soon; what is under way is given up, because it was asked under other settings.</summary>
    public void AskSoon()
    {
        switch (_state)
        {
            case State.Resting:
                Enqueue();
                break;
            case State.Asking:
                _askAgain = true;
                Abandon("other settings");
                break;
        }
    }

    /// <summary>Resolves after a time, unless that is under way.</summary>
    public void AskIn(long delayMs)
    {
        if (_state == State.Resting)
        {
            cluster.Loop.Timers.Set(this, cluster.Loop.NowMs + delayMs);
        }
    }

    /// <summary>Ends it. An answer that still comes is not looked at.</summary>
    public void Stop()
    {
        bool wasAsking = _state == State.Asking;
        _state = State.Stopped;
        cluster.Loop.Timers.Remove(this);
        _generation++;
        if (wasAsking)
        {
            _cancellation!.Cancel();
            cluster.Discovery.EndQuestion(this);
        }
    }

    /// <summary>The queue has a place for it.</summary>
    /// <returns>False if it is not wanted any more.</returns>
    internal bool TryBegin()
    {
        if (_state != State.Waiting)
        {
            return false;
        }
        _state = State.Asking;
        _ = ResolveAsync();
        return true;
    }

    protected override void OnTimer()
    {
        if (_state == State.Asking)
        {
            Abandon("no answer in time");
        }
        else if (_state == State.Resting)
        {
            Enqueue();
        }
    }

    private void Enqueue()
    {
        cluster.Loop.Timers.Remove(this);
        _state = State.Waiting;
        cluster.Discovery.Enqueue(this);
    }

    private void Abandon(string problem)
    {
        _cancellation!.Cancel();
        End(ResolvedName.Failed(problem));
    }

    private async Task ResolveAsync()
    {
        int generation = ++_generation;
        using CancellationTokenSource cancellation = new();
        _cancellation = cancellation;
        cluster.Loop.Timers.Set(this, cluster.Loop.NowMs + ResolutionMsMax);
        ResolvedName result;
        try
        {
            result = await cluster.LookupNow().ResolveAsync(named, Addresses, cancellation.Token);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return; // Whoever cancelled it has said how it ended.
        }
        catch (Exception exception)
        {
            cluster.Loop.ReportBug(exception);
            result = ResolvedName.Failed("a bug");
        }
        if (generation == _generation)
        {
            End(result);
        }
    }

    private void End(ResolvedName result)
    {
        _generation++;
        _cancellation = null;
        _state = State.Resting;
        cluster.Loop.Timers.Remove(this);
        cluster.Discovery.EndQuestion(this);
        if (_askAgain)
        {
            _askAgain = false;
            Enqueue();
            return;
        }
        bool isFirst = !HasOutcome;
        HasOutcome = true;
        bool changed = false;
        if (result.Problem is null)
        {
            FailureCount = 0;
            changed = !new HashSet<ResolvedAddress>(Addresses).SetEquals(result.Addresses);
            Addresses = result.Addresses;
        }
        else
        {
            FailureCount++;
        }
        cluster.OnResolved(this, result, isFirst, changed);
    }
}
