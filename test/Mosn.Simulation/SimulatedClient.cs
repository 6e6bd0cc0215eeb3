using Mosn.Testing;

namespace Mosn.Simulation;

/// <summary>
/// Sends its requests, some ahead of their turn, over as many connections as it takes, and gives each its outcome.
/// </summary>
internal sealed class SimulatedClient : ISimulatedClient
{
    private readonly HttpSimulation _world;
    private readonly Queue<RequestPlan> _unsent;
    private readonly Queue<RequestPlan> _open = new();
    private readonly MessageReader _reader = new();
    private readonly int _depthMax;
    private readonly int _leavesAfter;
    private MemoryPeer _peer = null!;
    private int _answerCount;
    private bool _left;
    private bool _closing;

    /// <param name="depthMax">Requests that may be under way at one time.</param>
    /// <param name="leavesAfter">Bytes received after which the client resets its connection and never comes back; -1: never.</param>
    public SimulatedClient(HttpSimulation world, IEnumerable<RequestPlan> plans, int depthMax, int leavesAfter)
    {
        _world = world;
        _unsent = new Queue<RequestPlan>(plans);
        _depthMax = depthMax;
        _leavesAfter = leavesAfter;
        Connect();
    }

    /// <summary>Every request has its outcome.</summary>
    public bool IsDone => _left || (_unsent.Count == 0 && _open.Count == 0);

    /// <summary>Its present connection.</summary>
    public MemoryPeer Peer => _peer;

    /// <summary>Ends the present connection in order.</summary>
    public void Close() => _peer.Close();

    private void Connect()
    {
        _closing = false;
        _answerCount = 0;
        _peer = _world.Proxy.Client();
        MemoryPeer mine = _peer;
        _peer.OnInput = peer =>
        {
            if (peer == mine && peer == _peer)
            {
                OnInput();
            }
        };
        SendOn();
    }

    private void SendOn()
    {
        while (!_closing && _unsent.Count > 0 && _open.Count < _depthMax)
        {
            RequestPlan plan = _unsent.Dequeue();
            _open.Enqueue(plan);
            _peer.Send(Messages.Request(plan));
        }
    }

    private void OnInput()
    {
        if (_leavesAfter >= 0 && _peer.ReceivedTotal >= _leavesAfter)
        {
            Leave();
            return;
        }
        while (_open.TryPeek(out RequestPlan? plan))
        {
            int length = _reader.Read(_peer.Received, IsBodiless);
            if (length == 0)
            {
                break;
            }
            _peer.Consume(length);
            if (!_reader.StartLine.StartsWith("HTTP/1.1 1", StringComparison.Ordinal))
            {
                _open.Dequeue();
                OnResponse(plan);
            }

            bool IsBodiless(MessageReader reader) =>
                reader.StartLine.Split(' ')[1] is "204" or "304" || reader.StartLine[9] == '1' || plan.Method == "HEAD";
        }
        if (_peer.IsOver)
        {
            OnConnectionOver();
            return;
        }
        SendOn();
    }

    private void OnResponse(RequestPlan plan)
    {
        Xunit.Assert.Equal(RequestOutcome.Pending, plan.Outcome);
        _answerCount++;
        _closing = string.Equals(_reader["Connection"], "close", StringComparison.OrdinalIgnoreCase);
        int status = int.Parse(_reader.StartLine.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
        if (_reader["X-Id"] is not { } id)
        {
            Xunit.Assert.True(_world.Protocols.IsOwn(status), $"{plan}: {_reader.StartLine}");
            plan.Outcome = RequestOutcome.Refused;
            return;
        }
        // Never another request's response, nor half of one, nor what the upstream sent by mistake.
        Xunit.Assert.Equal($"r{plan.Id}", id);
        Xunit.Assert.Equal(plan.Status, status);
        Xunit.Assert.True(
            plan.ResponseBody.AsSpan().SequenceEqual(_reader.Body),
            $"{plan}: {_reader.Body.Length} bytes back that are not its own");
        Xunit.Assert.False(plan.NeverAnswered, $"{plan} was answered, but never by its upstream");
        plan.Outcome = RequestOutcome.Answered;
    }

    private void OnConnectionOver()
    {
        while (_open.TryDequeue(out RequestPlan? plan))
        {
            plan.Outcome = RequestOutcome.Lost;
        }
        _peer.Close();
        if (_unsent.Count > 0)
        {
            Connect();
        }
    }

    private void Leave()
    {
        _left = true;
        foreach (RequestPlan plan in _open.Concat(_unsent))
        {
            plan.Outcome = RequestOutcome.Lost;
        }
        _peer.Reset();
    }
}
