using Mosn.Testing;
using Mosn.Transport.Loops;

namespace Mosn.Simulation;

/// <summary>
/// Sends its calls, several at a time, over as many connections as it takes, and gives each its outcome. Now and then it reads
/// nothing for a while.
/// </summary>
internal sealed class SimulatedRpcClient : LoopTimer
{
    private readonly RpcSimulation _world;
    private readonly Random _random;
    private readonly Queue<RpcPlan> _unsent;
    private readonly Dictionary<uint, RpcPlan> _open = [];
    private readonly int _depthMax;
    private readonly int _leavesAfter;
    private MemoryPeer _peer = null!;
    private bool _left;
    private bool _isToldToGo;

    /// <param name="depthMax">Calls that may be under way at one time.</param>
    /// <param name="leavesAfter">Bytes received after which it resets its connection and never comes back; -1: never.</param>
    public SimulatedRpcClient(RpcSimulation world, Random random, IEnumerable<RpcPlan> plans, int depthMax, int leavesAfter)
    {
        _world = world;
        _random = random;
        _unsent = new Queue<RpcPlan>(plans);
        _depthMax = depthMax;
        _leavesAfter = leavesAfter;
        Connect();
    }

    public bool IsDone => _left || (_unsent.Count == 0 && _open.Count == 0);

    public void Close() => _peer.Close();

    protected override void OnTimer() => _peer.ResumeReading();

    private void Connect()
    {
        _isToldToGo = false;
        _peer = _world.Proxy.Client();
        int connection = _world.NextConnection();
        MemoryPeer mine = _peer;
        _peer.Tag = connection;
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
        while (!_isToldToGo && _unsent.Count > 0 && _open.Count < _depthMax)
        {
            RpcPlan plan = _unsent.Dequeue();
            plan.Connection = (int)_peer.Tag!;
            _peer.Send(plan.Call);
            if (plan.IsOneWay)
            {
                plan.Outcome = RequestOutcome.Refused; // Nothing comes back; whether it arrived, the host says.
            }
            else
            {
                _open.Add((uint)plan.Id, plan);
            }
        }
        if (_random.Next(10) == 0)
        {
            MemoryLoop loop = _world.Proxy.Network.Loops[0];
            _peer.PauseReading();
            loop.Timers.Set(this, loop.NowMs + _random.Next(1, 2_000));
        }
    }

    private void OnInput()
    {
        if (_leavesAfter >= 0 && _peer.ReceivedTotal >= _leavesAfter)
        {
            Leave();
            return;
        }
        while (BoltFrames.LengthOf(_peer.Received) is > 0 and int length && length <= _peer.Received.Length)
        {
            OnFrame(_peer.Received[..length]);
            _peer.Consume(length);
        }
        if (_peer.IsOver)
        {
            OnConnectionOver();
            return;
        }
        if (_isToldToGo && _open.Count == 0)
        {
            _peer.Close();
            Connect();
            return;
        }
        SendOn();
    }

    private void OnFrame(ReadOnlySpan<byte> frame)
    {
        Xunit.Assert.Equal(1, frame[0]);
        if (frame[3] == 100)
        {
            _isToldToGo = true;
            return;
        }
        Xunit.Assert.True(_open.Remove(BoltFrames.IdOf(frame), out RpcPlan? plan), "an answer to nothing");
        if (BoltFrames.StatusOf(frame) == 0)
        {
            Xunit.Assert.True(plan.IsAnsweredBy(frame), $"{plan}: bytes that are not its own");
            plan.Outcome = RequestOutcome.Answered;
        }
        else
        {
            Xunit.Assert.True(frame.Length == 20, $"{plan}: an error with content");
            plan.Outcome = RequestOutcome.Refused;
        }
    }

    private void OnConnectionOver()
    {
        foreach (RpcPlan plan in _open.Values)
        {
            plan.Outcome = RequestOutcome.Lost;
        }
        _open.Clear();
        _peer.Close();
        if (_unsent.Count > 0)
        {
            Connect();
        }
    }

    private void Leave()
    {
        _left = true;
        foreach (RpcPlan plan in _open.Values.Concat(_unsent))
        {
            plan.Outcome = RequestOutcome.Lost;
        }
        _peer.Reset();
    }
}
