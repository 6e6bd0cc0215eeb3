using Mosn.Testing;
using Mosn.Transport.Loops;

namespace Mosn.Simulation;

/// <summary>One connection of a host that speaks Bolt: answers each call as its plan says, some later than others.</summary>
internal sealed class SimulatedRpcHost
{
    private readonly RpcSimulation _world;
    private readonly MemoryPeer _peer;
    private readonly MemoryLoop _loop;
    private readonly Resumer _resumer;
    private int _clientConnection = -1;
    private int _lastId;
    private bool _over;

    public SimulatedRpcHost(RpcSimulation world, MemoryPeer peer)
    {
        _world = world;
        _peer = peer;
        _loop = world.Proxy.Network.Loops[0];
        _resumer = new Resumer(peer);
        peer.OnInput = _ => OnInput();
    }

    private void OnInput()
    {
        while (!_over && BoltFrames.LengthOf(_peer.Received) is > 0 and int length && length <= _peer.Received.Length)
        {
            OnFrame(_peer.Received[..length].ToArray());
            _peer.Consume(length);
        }
        if (_peer.InputEnded && !_peer.IsClosed)
        {
            _peer.Close();
        }
    }

    private void OnFrame(byte[] frame)
    {
        if (frame[3] == 0)
        {
            _peer.Send(BoltFrames.HeartbeatReply(BoltFrames.IdOf(frame)));
            return;
        }
        if (frame[3] == 100)
        {
            return;
        }
        RpcPlan plan = _world.PlanOf(frame);
        plan.ArrivedCount++;
        Xunit.Assert.True(frame.AsSpan(9).SequenceEqual(plan.Call.AsSpan(9)), $"{plan}: other bytes");
        if (_world.IsBound)
        {
            Xunit.Assert.True(
                (_clientConnection < 0 || _clientConnection == plan.Connection) && plan.Id > _lastId,
                $"{plan} of connection {plan.Connection} behind {_lastId} of connection {_clientConnection}");
            _clientConnection = plan.Connection;
            _lastId = plan.Id;
        }
        if (plan.PausesHost)
        {
            _peer.PauseReading();
            _loop.Timers.Set(_resumer, _loop.NowMs + 500);
        }
        if (plan.AnswerDelayMs > 0)
        {
            _loop.Timers.Set(new Answerer(this, plan, BoltFrames.IdOf(frame)), _loop.NowMs + plan.AnswerDelayMs);
        }
        else
        {
            Answer(plan, BoltFrames.IdOf(frame));
        }
    }

    private void Answer(RpcPlan plan, uint id)
    {
        if (_over || _peer.IsOver)
        {
            return;
        }
        byte[] answer = plan.Answer(id);
        switch (plan.Fault)
        {
            case RpcFault.ResetsAtOnce or RpcFault.ClosesAtOnce:
                End(plan.Fault == RpcFault.ResetsAtOnce);
                return;
            case RpcFault.ResetsInAnswer or RpcFault.ClosesInAnswer:
                _peer.Send(answer.AsSpan(0, answer.Length - 1 - (answer.Length / 3)));
                End(plan.Fault == RpcFault.ResetsInAnswer);
                return;
            case RpcFault.SendsGarbage:
                _peer.Send("this is no frame"u8);
                _over = true;
                return;
            case RpcFault.NeverAnswers:
                return;
            case RpcFault.SaysGoAway:
                _peer.Send(BoltFrames.GoAway(99));
                break;
        }
        if (!plan.IsOneWay)
        {
            _peer.Send(answer);
        }
    }

    private void End(bool reset)
    {
        _over = true;
        if (reset)
        {
            _peer.Reset();
        }
        else
        {
            _peer.Close();
        }
    }

    private sealed class Answerer(SimulatedRpcHost host, RpcPlan plan, uint id) : LoopTimer
    {
        protected override void OnTimer() => host.Answer(plan, id);
    }

    private sealed class Resumer(MemoryPeer peer) : LoopTimer
    {
        protected override void OnTimer() => peer.ResumeReading();
    }
}
