using System.Globalization;
using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Http2;
using Mosn.Testing;
using Mosn.Transport.Loops;

namespace Mosn.Simulation;

/// <summary>
/// One HTTP/2 connection of an upstream host: answers each request as its plan says, faults included; takes no more of them
/// at a time than it says, and goes away from time to time, in order or not.
/// </summary>
internal sealed class SimulatedHttp2Upstream
{
    private const int MaxConcurrentStreams = 3;

    private readonly HttpSimulation _world;
    private readonly Http2Peer _http2;
    private readonly Random _random;
    private readonly bool _isRough;

    /// <summary>Streams whose requests are taken: not refused, nor beyond the last that a GOAWAY named.</summary>
    private readonly Dictionary<int, Exchange> _exchanges = [];
    private int _streamsMax = 100;
    private int _lastId;
    private bool _drains;
    private bool _goesAway;
    private bool _over;

    /// <param name="isRough">It may refuse what it could take, and go away without a warning.</param>
    public SimulatedHttp2Upstream(HttpSimulation world, MemoryPeer peer, Random random, bool isRough)
    {
        _world = world;
        _random = new Random(random.Next());
        _isRough = isRough;
        _http2 = new Http2Peer(peer, isServer: true) { OnRequest = OnRequest, OnEnded = OnEnded };
        Action<MemoryPeer> read = peer.OnInput!;
        peer.OnInput = p =>
        {
            if (!_over)
            {
                read(p);
            }
            AfterInput();
        };
        if (isRough && _random.Next(2) == 0)
        {
            _streamsMax = _random.Next(1, 6);
        }
        _http2.Start((MaxConcurrentStreams, (uint)_streamsMax));
    }

    private MemoryPeer Peer => _http2.Peer;

    private int OpenCount => _exchanges.Values.Count(static exchange => exchange.IsOpen);

    private void OnRequest(Http2PeerStream stream)
    {
        if (_over || _goesAway)
        {
            return; // Beyond the last stream that counts.
        }
        _lastId = stream.Id;
        if (OpenCount >= _streamsMax || (_isRough && _random.Next(30) == 0))
        {
            _http2.SendReset(stream.Id, Http2ErrorCode.RefusedStream);
            return;
        }
        RequestPlan plan = _world.PlanOf($"{Text(stream.Request.Method)} {Text(stream.Request.Path)} HTTP/2");
        plan.SeenCount++;
        Exchange exchange = new(this, stream, plan);
        _exchanges.Add(stream.Id, exchange);
        if (plan.Fault == PlannedFault.AnswersEarly)
        {
            exchange.Schedule();
        }
        if (_isRough && _random.Next(20) == 0)
        {
            _streamsMax = _random.Next(1, 6);
            _http2.SendSettings((MaxConcurrentStreams, (uint)_streamsMax));
        }
    }

    private void OnEnded(Http2PeerStream stream)
    {
        if (_over || !_exchanges.TryGetValue(stream.Id, out Exchange? exchange))
        {
            return;
        }
        CheckRequest(exchange.Plan, stream);
        exchange.Plan.ArrivedCount++;
        if (exchange.Plan.Fault != PlannedFault.AnswersEarly)
        {
            exchange.Schedule();
        }
    }

    private void AfterInput()
    {
        if (_drains && !_goesAway && !_over && _http2.Frames.Exists(
            static frame => frame.Type == Http2FrameType.Ping && frame.Header.Has(Http2FrameHeader.Ack)))
        {
            _goesAway = true; // What was on its way is here.
            _http2.SendGoAway(_lastId);
        }
        if ((Peer.InputEnded || _over) && !Peer.IsClosed)
        {
            _over = true;
            Peer.Close();
        }
    }

    private static void CheckRequest(RequestPlan plan, Http2PeerStream stream)
    {
        Xunit.Assert.Equal((plan.Method, $"/{plan.Id}"), (Text(stream.Request.Method), Text(stream.Request.Path)));
        Xunit.Assert.Equal($"r{plan.Id}", stream.Field("x-id"));
        Xunit.Assert.True(plan.RequestBody.AsSpan().SequenceEqual(stream.Body), $"{plan}: other bytes");
        bool hasTrailers = plan.HasTrailers && plan.RequestFraming == PlannedFraming.Chunked;
        bool gotTrailers = stream.Trailers.TryGet("x-sum"u8, out ReadOnlySpan<byte> sum);
        Xunit.Assert.Equal(hasTrailers ? $"{plan.Id}" : "", gotTrailers ? Text(sum) : "");
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private void Answer(RequestPlan plan, int id)
    {
        switch (plan.Fault)
        {
            case PlannedFault.ResetsAtOnce:
                _http2.SendReset(id, _random.Next(2) == 0 ? Http2ErrorCode.Cancel : Http2ErrorCode.InternalError);
                return;
            case PlannedFault.ClosesAtOnce:
                End(reset: _random.Next(2) == 0);
                return;
            case PlannedFault.NeverAnswers:
                return;
            case PlannedFault.SendsGarbage:
                _http2.SendData(0, "this is of no stream at all");
                return;
        }
        for (int i = 0; i < plan.Interims; i++)
        {
            _http2.SendHead(id, endStream: false, (":status", "103"), ("link", $"</{i}>"));
        }
        bool hasBody = plan.ResponseFraming != PlannedFraming.None && plan.Method != "HEAD";
        bool breaks = plan.Fault is PlannedFault.ResetsInBody or PlannedFault.ClosesInBody;
        List<(string, string)> fields = [(":status", plan.Status.ToString(CultureInfo.InvariantCulture)), ("x-id", $"r{plan.Id}")];
        if (plan.ResponseFraming == PlannedFraming.Length)
        {
            fields.Add(("content-length", plan.ResponseBody.Length.ToString(CultureInfo.InvariantCulture)));
        }
        _http2.SendHead(id, endStream: !hasBody && !breaks, [.. fields]);
        if (breaks)
        {
            _http2.SendData(id, plan.ResponseBody.AsSpan(0, plan.ResponseBody.Length * 2 / 3));
            if (plan.Fault == PlannedFault.ResetsInBody)
            {
                _http2.SendReset(id, Http2ErrorCode.InternalError);
            }
            else
            {
                End(reset: false);
            }
            return;
        }
        if (hasBody)
        {
            bool hasTrailers = plan.HasTrailers && plan.ResponseFraming == PlannedFraming.Chunked;
            _http2.SendData(id, plan.ResponseBody, endStream: !hasTrailers);
            if (hasTrailers)
            {
                _http2.SendHead(id, endStream: true, ("x-sum", $"{plan.Id}"));
            }
        }
        if (plan.Fault == PlannedFault.SendsExtraBytes)
        {
            _http2.SendData(id, "extra bytes");
        }
        if (plan.ClosesAfter)
        {
            GoAway();
        }
    }

    private void GoAway()
    {
        if (_drains)
        {
            return;
        }
        _drains = true;
        if (_isRough && _random.Next(2) == 0)
        {
            _goesAway = true;
            _http2.SendGoAway(_lastId);
            return;
        }
        _http2.SendGoAway(int.MaxValue);
        _http2.Send(Http2FrameType.Ping, Http2FrameFlags.None, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    private void End(bool reset)
    {
        _over = true;
        if (reset)
        {
            Peer.Reset();
        }
        else
        {
            Peer.Close();
        }
    }

    /// <summary>One request and its answer, of whose time it is the timer.</summary>
    private sealed class Exchange(SimulatedHttp2Upstream host, Http2PeerStream stream, RequestPlan plan) : LoopTimer
    {
        private bool _answered;

        public RequestPlan Plan => plan;

        public bool IsOpen => stream.Reset is null && !(_answered && stream.IsEnded);

        public void Schedule()
        {
            if (plan.AnswerDelayMs == 0)
            {
                OnTimer();
                return;
            }
            MemoryLoop loop = host._world.Proxy.Network.Loops[0];
            loop.Timers.Set(this, loop.NowMs + plan.AnswerDelayMs);
        }

        protected override void OnTimer()
        {
            if (host._over || host.Peer.IsOver || stream.Reset is not null)
            {
                return;
            }
            _answered = plan.Fault != PlannedFault.NeverAnswers;
            host.Answer(plan, stream.Id);
        }
    }
}
