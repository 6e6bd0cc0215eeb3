using System.Net;
using System.Net.Sockets;
using System.Text;
using Mosn.Proxy.Admin;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Server;
using Mosn.Transport;

namespace Mosn.Tests.Server;

/// <summary>Over real sockets on the loopback address, with a client that is not ours.</summary>
public sealed class AdminPartTests : IAsyncDisposable
{
    private readonly RecordedLog _log = new();
    private readonly MetricRegistry _metrics = new(loops: 2, StatsMatcher.None);
    private readonly List<Exception> _bugs = [];
    private readonly List<AdminPart> _started = [];
    private readonly HttpClient _client = new();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (AdminPart part in _started)
        {
            await part.StopAsync();
        }
        Assert.Empty(_bugs);
    }

    [Fact]
    public async Task Without_configuration_nothing_runs()
    {
        AdminPart part = await StartAsync(admin: null);
        Assert.Null(part.AdminAddress);
        Assert.Null(part.PrometheusAddress);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task Without_an_address_only_this_machine_can_ask()
    {
        AdminPart part = await StartAsync(new AdminConfig());
        Assert.StartsWith("127.0.0.1:", part.AdminAddress.ToString(), StringComparison.Ordinal);
        Assert.Equal("mosn version: 9", await _client.GetStringAsync(Url(part.AdminAddress, "/api/v1/version")));
        Assert.StartsWith("supported APIs:\n", await _client.GetStringAsync(Url(part.AdminAddress, "/")), StringComparison.Ordinal);
        Assert.DoesNotContain(_log.Lines, static line => line.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task An_address_that_others_can_reach_is_warned_of(string address)
    {
        AdminPart part = await StartAsync(new AdminConfig { Address = address });
        Assert.Equal(
            $"Warning: admin API on {part.AdminAddress} can be reached from other machines and has no authentication",
            _log.Lines[^1]);
    }

    [Fact]
    public async Task A_name_is_resolved()
    {
        AdminPart part = await StartAsync(new AdminConfig { Address = "localhost" });
        Assert.Equal("mosn version: 9", await _client.GetStringAsync(Url(part.AdminAddress, "/api/v1/version")));
        StartException wrong = await Assert.ThrowsAsync<StartException>(
            () => StartAsync(new AdminConfig { Address = "no.such.name.invalid" }));
        Assert.StartsWith("admin API: cannot resolve 'no.such.name.invalid'", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_keeps_the_process_from_starting()
    {
        AdminPart first = await StartAsync(new AdminConfig());
        StartException wrong = await Assert.ThrowsAsync<StartException>(
            () => StartAsync(new AdminConfig { Port = first.AdminAddress!.Value.Port }));
        Assert.Contains(first.AdminAddress.ToString()!, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prometheus_sink_has_an_address_of_its_own_with_one_path()
    {
        AdminPart part = await StartAsync(admin: null, new PrometheusSinkConfig
        {
            Port = FreePort(),
            Endpoint = "/scrape",
            DisableCollectProcess = true,
            Percentiles = [50],
        });
        Assert.StartsWith("127.0.0.1:", part.PrometheusAddress.ToString(), StringComparison.Ordinal);
        using HttpResponseMessage scrape = await _client.GetAsync(Url(part.PrometheusAddress, "/scrape"));
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", scrape.Content.Headers.ContentType!.ToString());
        string text = await scrape.Content.ReadAsStringAsync();
        Assert.Contains("downstream_request_time{proxy=\"global\",percentile=\"P50\"} 0.0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("process_resident_memory_bytes", text, StringComparison.Ordinal);
        foreach (string path in (string[])["/", "/metrics", "/api/v1/version", "/scrape/"])
        {
            using HttpResponseMessage other = await _client.GetAsync(Url(part.PrometheusAddress, path));
            Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        }
        using HttpResponseMessage post = await _client.PostAsync(Url(part.PrometheusAddress, "/scrape"), content: null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    [Fact]
    public async Task Many_clients_ask_at_once_and_a_large_answer_comes_whole()
    {
        AdminPart part = await StartAsync(new AdminConfig());
        await Parallel.ForAsync(0, 200, async (i, cancel) =>
        {
            string path = i % 2 == 0 ? "/large" : "/api/v1/version";
            string text = await _client.GetStringAsync(Url(part.AdminAddress, path), cancel);
            Assert.Equal(i % 2 == 0 ? 1_000_000 : 15, text.Length);
        });
        // None of it is traffic.
        Assert.Equal(0, _metrics.Downstream.Read(DownstreamMetric.ConnectionTotal));
    }

    [Fact]
    public async Task More_connections_than_the_bound_are_turned_away()
    {
        AdminPart part = await StartAsync(new AdminConfig());
        List<TcpClient> clients = [];
        for (int i = 0; i < 64; i++)
        {
            clients.Add(await AskAsync(part));
        }
        Exception? refused = await Record.ExceptionAsync(async () => (await AskAsync(part)).Dispose());
        Assert.True(refused is IOException or SocketException, refused?.ToString());
        clients.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task A_stop_ends_it_with_its_connections()
    {
        AdminPart part = await StartAsync(new AdminConfig());
        using TcpClient open = await AskAsync(part);
        await part.StopAsync();
        _started.Clear();
        Assert.Equal(0, await ReadToEndAsync(open));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _client.GetStringAsync(Url(part.AdminAddress, "/")));
    }

    /// <summary>A connection that has had one request answered.</summary>
    private static async Task<TcpClient> AskAsync(AdminPart part)
    {
        TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, part.AdminAddress!.Value.Port);
        await client.GetStream().WriteAsync("HEAD /api/v1/version HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 200 OK", await ReadHeadAsync(client), StringComparison.Ordinal);
        return client;
    }

    private static async Task<string> ReadHeadAsync(TcpClient client)
    {
        StringBuilder text = new();
        byte[] one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await client.GetStream().ReadExactlyAsync(one);
            text.Append((char)one[0]);
        }
        return text.ToString();
    }

    private static async Task<int> ReadToEndAsync(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1]);
        }
        catch (IOException)
        {
            return 0; // A reset is an end, too.
        }
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static Uri Url(TransportAddress? address, string path) => new($"http://{address}{path}");

    private async Task<AdminPart> StartAsync(AdminConfig? admin, PrometheusSinkConfig? sink = null)
    {
        MetricsConfig? metrics = sink is null
            ? null
            : new MetricsConfig { Sinks = [new FilterConfig { Type = "prometheus", Typed = sink }] };
        AdminPart part = new(
            admin, metrics, _metrics, [new VersionEndpoint("9"), new LargeEndpoint()], _bugs.Add, _log);
        _started.Add(part);
        await part.StartAsync(CancellationToken.None);
        return part;
    }

    private sealed class LargeEndpoint : IAdminEndpoint
    {
        public string Path => "/large";

        public AdminMethods Methods => AdminMethods.Get;

        public void Handle(AdminRequest request, AdminResponse response) => response.Write(new string('#', 1_000_000));
    }
}
