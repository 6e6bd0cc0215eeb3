using System.Globalization;
using Mosn.Proxy.Observability;
using Mosn.Testing;
using Mosn.Transport;

namespace Mosn.Simulation;

/// <summary>
/// One world of HTTP: some clients, the proxy, some hosts, and weather between them. Its seed decides the traffic and
/// every fault; what must hold whatever happens is checked while it runs and at its end.
/// </summary>
internal class HttpSimulation : IDisposable
{
    private const long TimeMaxMs = 12 * 60 * 60 * 1000;

    private readonly Dictionary<int, RequestPlan> _plans = [];
    private readonly List<ISimulatedClient> _clients = [];
    private readonly List<MemoryHost> _hosts = [];
    private readonly bool _faulty;
    private readonly bool _leaving;
    private readonly SeededWeather _weather;
    private readonly EngineSettings _engine;
    private readonly SimulatedProtocols _protocols;
    private readonly Random _random;

    public HttpSimulation(int seed)
        : this(new Random(seed), EngineSettings.None)
    {
    }

    /// <param name="names">If given, hosts are found by their names, <c>h0.test</c> and so on.</param>
    /// <param name="protocols">Null: HTTP/1 on both sides.</param>
    protected HttpSimulation(
        Random random, EngineSettings engine, FakeNameServer? names = null, SimulatedProtocols? protocols = null)
    {
        _engine = engine;
        _protocols = protocols ?? new SimulatedProtocols();
        _random = random;
        _faulty = random.Next(2) == 0;
        _leaving = random.Next(3) == 0;
        _weather = new SeededWeather(random.Next(), breaks: random.Next(3) == 0);
        int hosts = random.Next(1, 4);
        HostCount = hosts;
        string config = _protocols.ApplyTo(ProxyWorld.Http(route: engine.Route, cluster: engine.Cluster, hosts: hosts));
        Proxy = new ProxyWorld(
            names is null ? config : ByName(config, names, hosts), _weather, loopCount: random.Next(1, 3), names: names);
        // A client without an answer to its connect would wait for ever: simulated ones have no timers.
        Proxy.Network.SetOutcome(ProxyWorld.ListenerAddress, ConnectOutcome.Accepted);
        for (int i = 0; i < hosts; i++)
        {
            OpenHost(i);
        }
        int bodyMax = random.Next(4) switch { 0 => 10, 1 => 500, 2 => 5_000, _ => 40_000 };
        int clients = random.Next(1, 6);
        int nextId = 1;
        for (int i = 0; i < clients; i++)
        {
            List<RequestPlan> plans = [];
            for (int left = random.Next(1, 12); left > 0; left--)
            {
                RequestPlan plan = new(nextId++, random, bodyMax, _faulty);
                _plans.Add(plan.Id, plan);
                plans.Add(plan);
            }
            int leavesAfter = _leaving && random.Next(2) == 0 ? random.Next(2_000) : -1;
            _clients.Add(_protocols.ClientsSpeakHttp2
                ? new SimulatedHttp2Client(this, plans, random, random.Next(1, 9), leavesAfter, cancels: _leaving)
                : new SimulatedClient(this, plans, random.Next(1, 5), leavesAfter));
        }
    }

    public ProxyWorld Proxy { get; }

    /// <summary>What is spoken.</summary>
    public SimulatedProtocols Protocols => _protocols;

    protected int HostCount { get; }

    /// <summary>All that ever listened, in order; a host that comes back is another one.</summary>
    protected IReadOnlyList<MemoryHost> Hosts => _hosts;

    /// <summary>True once every request has its outcome.</summary>
    protected bool IsDone => _clients.TrueForAll(static client => client.IsDone);

    /// <summary>Nothing in this world fails, so everything must succeed.</summary>
    private bool IsFine => !_faulty && !_leaving && _weather.BreakChance == 0 && !_engine.HostsFail;

    /// <summary>
    /// What an upstream sends behind its response by mistake. If it is on its way while the next request goes the other
    /// way, nothing in HTTP/1 tells it from an answer; so it looks like one only in worlds without delays, where requests
    /// follow their answers.
    /// </summary>
    public string ExtraBytes => _weather.DelayMaxMs > 0 || _protocols.ClientsSpeakHttp2
        ? "extra bytes\r\n\r\n"
        : "HTTP/1.1 200 OK\r\nX-Id: r-poison\r\nContent-Length: 6\r\n\r\npoison";

    public RequestPlan PlanOf(string requestLine) =>
        _plans[int.Parse(requestLine.Split(' ')[1].AsSpan(1), CultureInfo.InvariantCulture)];

    public void Run()
    {
        bool done = Proxy.Network.AdvanceUntil(() => IsDone, TimeMaxMs);
        Xunit.Assert.True(done, "requests without an outcome: "
            + string.Join(", ", _plans.Values.Where(plan => plan.Outcome == RequestOutcome.Pending).Select(plan => plan.ToString())));
        _clients.ForEach(client => client.Close());
        Proxy.Advance(4_000_000); // Idle clients are closed.
        foreach (MemoryPeer peer in _hosts.SelectMany(host => host.Peers))
        {
            peer.Close(); // Idle upstream connections are kept until their hosts end them.
        }
        Proxy.Advance(1_000_000);

        foreach (RequestPlan plan in _plans.Values)
        {
            CheckPlan(plan);
        }
        CheckCounters();
        CheckEnd();
        Xunit.Assert.Empty(Proxy.Leaks());
    }

    /// <summary>What else must hold when everybody has gone.</summary>
    protected virtual void CheckEnd()
    {
    }

    /// <summary>Lets the host of that number listen.</summary>
    protected MemoryHost OpenHost(int index) =>
        OpenHost(ProxyWorld.UpstreamAddress.WithPort((ushort)(ProxyWorld.UpstreamPort + index)));

    /// <summary>Lets a host listen at another address.</summary>
    protected MemoryHost OpenHost(TransportAddress address)
    {
        MemoryHost host = Proxy.Network.Host(address, peer => _ = _protocols.HostsSpeakHttp2
            ? new SimulatedHttp2Upstream(this, peer, _random, isRough: _faulty)
            : (object)new SimulatedUpstream(this, peer));
        _hosts.Add(host);
        return host;
    }

    public void Dispose() => Proxy.Dispose();

    private static string ByName(string config, FakeNameServer names, int hosts)
    {
        for (int i = 0; i < hosts; i++)
        {
            names.Set($"h{i}.test", "127.0.0.1");
            int port = ProxyWorld.UpstreamPort + i;
            config = config.Replace($"\"127.0.0.1:{port}\"", $"\"h{i}.test:{port}\"", StringComparison.Ordinal);
        }
        return config.Replace("\"type\": \"SIMPLE\"", "\"type\": \"STRICT_DNS\"", StringComparison.Ordinal);
    }

    private void CheckPlan(RequestPlan plan)
    {
        if (IsFine)
        {
            Xunit.Assert.True(plan.Outcome == RequestOutcome.Answered, $"{plan} in a fine world of {_protocols}");
        }
        if (plan.Outcome == RequestOutcome.Answered && plan.Fault != PlannedFault.AnswersEarly)
        {
            Xunit.Assert.True(plan.ArrivedCount > 0, $"{plan} was answered but did not arrive");
        }
        // A stale connection is worth one more try, and the policy may allow more; but only for what may happen twice.
        int most = plan.IsIdempotent ? (2 + _engine.RetriesMax) * _protocols.Hops : 1;
        Xunit.Assert.True(
            plan.ArrivedCount <= most && plan.SeenCount <= most, $"{plan}, at most {most} times, with {_engine}, {_protocols}");
    }

    private void CheckCounters()
    {
        long ends = 0;
        for (DownstreamMetric metric = DownstreamMetric.Request200Total; metric <= DownstreamMetric.RequestOtherCode; metric++)
        {
            ends += Proxy.Count(metric);
        }
        Xunit.Assert.Equal(
            Proxy.Count(DownstreamMetric.RequestTotal) + Proxy.Count(SelfMetric.RequestsRejectedTotal), ends);
        Xunit.Assert.InRange(Proxy.Count(DownstreamMetric.RequestTotal), 0, _plans.Count * _protocols.RequestsMax);
    }
}
