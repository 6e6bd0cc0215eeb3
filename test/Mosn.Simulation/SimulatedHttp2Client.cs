using System.Globalization;
using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Http2;
using Mosn.Testing;

namespace Mosn.Simulation;

/// <summary>A client of HTTP/2: several requests at a time on one connection, some of which it gives up on the way.</summary>
internal sealed class SimulatedHttp2Client : ISimulatedClient
{
    private readonly HttpSimulation _world;
    private readonly Queue<RequestPlan> _unsent;
    private readonly Dictionary<int, RequestPlan> _open = [];
    private readonly Random _random;
    private readonly int _depthMax;
    private readonly int _leavesAfter;
    private readonly bool _cancels;
    private Http2Peer _http2 = null!;
    private int _nextId;
    private bool _left;

    /// <param name="depthMax">Requests that may be under way at one time.</param>
    /// <param name="leavesAfter">Bytes received after which the client resets its connection and never comes back; -1: never.</param>
    /// <param name="cancels">It gives up some of its requests.</param>
    public SimulatedHttp2Client(
        HttpSimulation world, IEnumerable<RequestPlan> plans, Random random, int depthMax, int leavesAfter, bool cancels)
    {
        _world = world;
        _unsent = new Queue<RequestPlan>(plans);
        _random = new Random(random.Next());
        _depthMax = depthMax;
        _leavesAfter = leavesAfter;
        _cancels = cancels;
        Connect();
    }

    public bool IsDone => _left || (_unsent.Count == 0 && _open.Count == 0);

    private MemoryPeer Peer => _http2.Peer;

    public void Close() => Peer.Close();

    private void Connect()
    {
        MemoryPeer mine = _world.Proxy.Client();
        _http2 = new Http2Peer(mine);
        _nextId = 1;
        Action<MemoryPeer> read = mine.OnInput!;
        mine.OnInput = peer =>
        {
            read(peer);
            if (peer == Peer && !_left)
            {
                OnInput();
            }
        };
        _http2.Start();
        SendOn();
    }

    private void SendOn()
    {
        while (_unsent.Count > 0 && _open.Count < _depthMax && _http2.GoAway is null)
        {
            RequestPlan plan = _unsent.Dequeue();
            int id = _nextId;
            _nextId += 2;
            _open.Add(id, plan);
            Send(id, plan);
            if (_cancels && _random.Next(10) == 0)
            {
                Cancel(id);
            }
        }
    }

    private void Send(int id, RequestPlan plan)
    {
        List<(string, string)> more = [("x-id", $"r{plan.Id}")];
        if (plan.RequestFraming == PlannedFraming.Length)
        {
            more.Add(("content-length", plan.RequestBody.Length.ToString(CultureInfo.InvariantCulture)));
        }
        bool hasBody = plan.RequestFraming != PlannedFraming.None;
        _http2.SendRequest(id, plan.Method, $"/{plan.Id}", endStream: !hasBody, [.. more]);
        if (!hasBody)
        {
            return;
        }
        bool hasTrailers = plan.HasTrailers && plan.RequestFraming == PlannedFraming.Chunked;
        _http2.SendData(id, plan.RequestBody, endStream: !hasTrailers);
        if (hasTrailers)
        {
            _http2.SendHead(id, endStream: true, ("x-sum", plan.Id.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private void Cancel(int id)
    {
        _http2.SendReset(id);
        _open.Remove(id, out RequestPlan? plan);
        plan!.Outcome = RequestOutcome.Lost;
    }

    private void OnInput()
    {
        if (_leavesAfter >= 0 && Peer.ReceivedTotal >= _leavesAfter)
        {
            Leave();
            return;
        }
        foreach ((int id, RequestPlan plan) in _open.ToArray())
        {
            Http2PeerStream stream = _http2.Stream(id);
            if (stream.IsEnded)
            {
                _open.Remove(id);
                OnResponse(plan, stream);
            }
            else if (stream.Reset is not null)
            {
                _open.Remove(id);
                plan.Outcome = RequestOutcome.Lost;
            }
            else if (_cancels && stream.HasHead && _random.Next(10) == 0)
            {
                Cancel(id);
            }
        }
        bool refusesMore = _http2.GoAway is not null && _open.Count == 0;
        if (Peer.IsOver || refusesMore)
        {
            OnConnectionOver();
            return;
        }
        SendOn();
    }

    private static void OnResponse(RequestPlan plan, Http2PeerStream stream)
    {
        Xunit.Assert.Equal(RequestOutcome.Pending, plan.Outcome);
        int status = stream.Response.Status;
        if (stream.Field("x-id") is not { } id)
        {
            Xunit.Assert.True(status is 502 or 503 or 504, $"{plan}: {status}");
            plan.Outcome = RequestOutcome.Refused;
            return;
        }
        Xunit.Assert.Equal($"r{plan.Id}", id);
        Xunit.Assert.Equal(plan.Status, status);
        Xunit.Assert.True(
            plan.ResponseBody.AsSpan().SequenceEqual(stream.Body), $"{plan}: {stream.BodyLength} bytes back that are not its own");
        Xunit.Assert.True(
            plan.Interims == 0 ? stream.Interim.Count == 0 : stream.Interim.Count >= plan.Interims, // Of each try.
            $"{plan}: {stream.Interim.Count} interim responses");
        bool hasTrailers = plan.HasTrailers && plan.ResponseFraming == PlannedFraming.Chunked && plan.Method != "HEAD";
        bool gotTrailers = stream.Trailers.TryGet("x-sum"u8, out ReadOnlySpan<byte> sum);
        Xunit.Assert.Equal(hasTrailers ? $"{plan.Id}" : "", gotTrailers ? Encoding.Latin1.GetString(sum) : "");
        Xunit.Assert.False(plan.NeverAnswered, $"{plan} was answered, but never by its upstream");
        plan.Outcome = RequestOutcome.Answered;
    }

    private void OnConnectionOver()
    {
        foreach (RequestPlan plan in _open.Values)
        {
            plan.Outcome = RequestOutcome.Lost;
        }
        _open.Clear();
        Peer.Close();
        if (_unsent.Count > 0)
        {
            Connect();
        }
    }

    private void Leave()
    {
        _left = true;
        foreach (RequestPlan plan in _open.Values.Concat(_unsent))
        {
            plan.Outcome = RequestOutcome.Lost;
        }
        Peer.Reset();
    }
}
