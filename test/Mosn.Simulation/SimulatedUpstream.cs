using System.Globalization;
using System.Text;
using Mosn.Testing;
using Mosn.Transport.Loops;

namespace Mosn.Simulation;

/// <summary>One connection of an upstream host: answers each request as its plan says, faults included.</summary>
internal sealed class SimulatedUpstream : LoopTimer
{
    private readonly HttpSimulation _world;
    private readonly MemoryPeer _peer;
    private readonly MessageReader _reader = new();
    private RequestPlan? _answering;
    private bool _seen;
    private bool _over;

    public SimulatedUpstream(HttpSimulation world, MemoryPeer peer)
    {
        _world = world;
        _peer = peer;
        peer.OnInput = _ => OnInput();
    }

    /// <summary>The peer is done with its connection and will neither read nor send.</summary>
    public bool IsOver => _over || _peer.IsOver;

    protected override void OnTimer()
    {
        if (!IsOver && _answering is { } plan)
        {
            Answer(plan);
            _answering = null;
            OnInput();
        }
    }

    private void OnInput()
    {
        while (!_over && _answering is null)
        {
            int length = _reader.Read(_peer.Received, _ => false);
            if (!_reader.HasHead)
            {
                break;
            }
            RequestPlan plan = _world.PlanOf(_reader.StartLine);
            if (!_seen)
            {
                _seen = true;
                plan.SeenCount++;
            }
            if (length == 0 && plan.Fault != PlannedFault.AnswersEarly)
            {
                break;
            }
            if (length > 0)
            {
                CheckRequest(plan);
                plan.ArrivedCount++;
                _peer.Consume(length);
                _seen = false;
            }
            Schedule(plan);
            _over |= length == 0; // Answered early: what follows is not looked at.
        }
        if (_peer.InputEnded && !_peer.IsClosed)
        {
            _peer.Close();
        }
    }

    private void CheckRequest(RequestPlan plan)
    {
        Xunit.Assert.StartsWith($"{plan.Method} /{plan.Id} HTTP/1.1", _reader.StartLine, StringComparison.Ordinal);
        Xunit.Assert.Equal($"r{plan.Id}", _reader["X-Id"]);
        Xunit.Assert.True(plan.RequestBody.AsSpan().SequenceEqual(_reader.Body), $"{plan}: other bytes");
        bool hasTrailers = plan.HasTrailers && plan.RequestFraming == PlannedFraming.Chunked && !_world.Protocols.ThroughBolt;
        Xunit.Assert.Equal(hasTrailers ? [$"X-Sum: {plan.Id}"] : [], _reader.Trailers, StringComparer.OrdinalIgnoreCase);
    }

    private void Schedule(RequestPlan plan)
    {
        if (plan.AnswerDelayMs == 0)
        {
            Answer(plan);
            return;
        }
        _answering = plan;
        MemoryLoop loop = _world.Proxy.Network.Loops[0];
        loop.Timers.Set(this, loop.NowMs + plan.AnswerDelayMs);
    }

    private void Answer(RequestPlan plan)
    {
        switch (plan.Fault)
        {
            case PlannedFault.ResetsAtOnce:
                End(reset: true);
                return;
            case PlannedFault.ClosesAtOnce:
                End(reset: false);
                return;
            case PlannedFault.NeverAnswers:
                _over = true;
                return;
            case PlannedFault.SendsGarbage:
                _peer.Send("this is no response at all\r\n\r\n");
                End(reset: false);
                return;
        }
        for (int i = 0; i < plan.Interims; i++)
        {
            _peer.Send($"HTTP/1.1 103 Early Hints\r\nLink: </{i}>\r\n\r\n");
        }
        byte[] message = Messages.Response(plan);
        if (plan.Fault is PlannedFault.ResetsInBody or PlannedFault.ClosesInBody)
        {
            // At least the last byte is missing; of a body until the end, that can only be told by a reset.
            _peer.Send(message.AsSpan(0, message.Length - 1 - (message.Length / 3)));
            End(reset: plan.Fault == PlannedFault.ResetsInBody || plan.ResponseFraming == PlannedFraming.UntilClose);
            return;
        }
        _peer.Send(message);
        if (plan.Fault == PlannedFault.SendsExtraBytes)
        {
            _peer.Send(_world.ExtraBytes);
        }
        if (plan.ClosesAfter)
        {
            End(reset: false);
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
}

/// <summary>The bytes of planned messages.</summary>
internal static class Messages
{
    public static byte[] Request(RequestPlan plan)
    {
        List<byte> bytes = [];
        Add(bytes, $"{plan.Method} /{plan.Id} HTTP/1.1\r\nHost: example.com\r\nX-Id: r{plan.Id}\r\n");
        AddBody(bytes, plan.RequestFraming, plan.RequestBody, plan, bodiless: false);
        return [.. bytes];
    }

    public static byte[] Response(RequestPlan plan)
    {
        List<byte> bytes = [];
        Add(bytes, $"HTTP/1.1 {plan.Status} Some Reason\r\nX-Id: r{plan.Id}\r\n");
        if (plan.ClosesAfter)
        {
            Add(bytes, "Connection: close\r\n");
        }
        AddBody(bytes, plan.ResponseFraming, plan.ResponseBody, plan, bodiless: plan.Method == "HEAD");
        return [.. bytes];
    }

    private static void AddBody(
        List<byte> bytes, PlannedFraming framing, byte[] body, RequestPlan plan, bool bodiless)
    {
        Add(bytes, framing switch
        {
            PlannedFraming.Length => string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n"),
            PlannedFraming.Chunked => "Transfer-Encoding: chunked\r\n\r\n",
            _ => "\r\n",
        });
        if (bodiless)
        {
            return;
        }
        if (framing != PlannedFraming.Chunked)
        {
            bytes.AddRange(body);
            return;
        }
        for (int at = 0; at < body.Length;)
        {
            int count = Math.Min(body.Length - at, 1 + (plan.Id * 37 % 700));
            Add(bytes, string.Create(CultureInfo.InvariantCulture, $"{count:x}\r\n"));
            bytes.AddRange(body.AsSpan(at, count));
            Add(bytes, "\r\n");
            at += count;
        }
        Add(bytes, plan.HasTrailers ? $"0\r\nX-Sum: {plan.Id}\r\n\r\n" : "0\r\n\r\n");
    }

    private static void Add(List<byte> bytes, string text) => bytes.AddRange(Encoding.Latin1.GetBytes(text));
}
