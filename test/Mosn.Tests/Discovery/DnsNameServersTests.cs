using System.Net;
using Mosn.Proxy.Discovery;

namespace Mosn.Tests.Discovery;

/// <summary>The client library over real sockets of 127.0.0.1.</summary>
public class DnsNameServersTests
{
    private const int NoError = 0, ServerFailure = 2, NoSuchName = 3;

    [Fact]
    public async Task Addresses_of_both_kinds_come_with_the_life_of_the_shortest_record_on_the_way()
    {
        using RealNameServer server = new((name, type) => (name, type) switch
        {
            ("a.test", RealNameServer.A) => new(
                NoError,
                RealNameServer.Alias("b.test", 7),
                RealNameServer.Address("10.0.0.1", 60),
                RealNameServer.Address("10.0.0.2", 90)),
            ("a.test", RealNameServer.Aaaa) => new(NoError, RealNameServer.Address("fd00::1", 33)),
            _ => new(NoSuchName),
        });
        DnsAnswer four = await AskAsync("a.test", DnsRecordKind.IPv4, server);
        Assert.Equal((DnsOutcome.Found, 7u), (four.Outcome, four.TtlSeconds));
        Assert.Equal(["10.0.0.1", "10.0.0.2"], four.Addresses.Select(static ip => ip.ToString()));

        DnsAnswer six = await AskAsync("a.test", DnsRecordKind.IPv6, server);
        Assert.Equal("fd00::1", Assert.Single(six.Addresses).ToString());
        Assert.Equal(33u, six.TtlSeconds);
    }

    [Fact]
    public async Task Services_come_with_port_priority_and_weight()
    {
        using RealNameServer server = new((_, _) => new(NoError, RealNameServer.Service("a.test", 9001, 1, 5)));
        DnsAnswer answer = await AskAsync("_grpc._tcp.shop.test", DnsRecordKind.Service, server);
        ServiceRecord record = Assert.Single(answer.Services);
        Assert.Equal(("a.test", 9001, 1, 5), (record.Target.TrimEnd('.'), record.Port, record.Priority, record.Weight));
    }

    [Fact]
    public async Task What_is_not_there_is_told_from_what_could_not_be_asked()
    {
        using RealNameServer server = new((name, _) => new(name switch
        {
            "gone.test" => NoSuchName,
            "broken.test" => ServerFailure,
            _ => NoError,
        }));
        Assert.Equal(DnsOutcome.NotFound, (await AskAsync("gone.test", DnsRecordKind.IPv4, server)).Outcome);
        Assert.Equal(DnsOutcome.NotFound, (await AskAsync("empty.test", DnsRecordKind.IPv4, server)).Outcome);
        Assert.Equal(DnsOutcome.Failed, (await AskAsync("broken.test", DnsRecordKind.IPv4, server)).Outcome);
    }

    [Fact]
    public async Task The_next_server_is_asked_when_one_is_silent_or_broken()
    {
        using RealNameServer silent = new((_, _) => null);
        using RealNameServer broken = new((_, _) => new(ServerFailure));
        using RealNameServer good = new((_, _) => new(NoError, RealNameServer.Address("10.0.0.1")));
        DnsAnswer answer = await AskAsync("a.test", DnsRecordKind.IPv4, silent, broken, good);
        Assert.Equal("10.0.0.1", Assert.Single(answer.Addresses).ToString());
        Assert.Equal(DnsOutcome.Failed, (await AskAsync("a.test", DnsRecordKind.IPv4, silent)).Outcome);
    }

    [Fact]
    public async Task An_answer_that_is_cut_off_is_asked_for_again_over_TCP()
    {
        RealNameServer.Record[] many = [.. Enumerable.Range(0, 200).Select(i => RealNameServer.Address($"10.0.1.{i}"))];
        using RealNameServer server = new((_, _) => new(NoError, many) { NeedsTcp = true });
        DnsAnswer answer = await AskAsync("a.test", DnsRecordKind.IPv4, server);
        Assert.Equal(200, answer.Addresses.Count);
        Assert.Equal(1, server.TcpCount);
    }

    [Fact]
    public async Task Text_that_is_no_name_is_not_there()
    {
        using RealNameServer server = new((_, _) => null);
        string label = new('x', 64);
        Assert.Equal(DnsOutcome.NotFound, (await AskAsync($"{label}.test", DnsRecordKind.IPv4, server)).Outcome);
    }

    [Fact]
    public async Task A_question_that_is_given_up_ends()
    {
        using RealNameServer silent = new((_, _) => null);
        using CancellationTokenSource cancel = new();
        DnsNameServers servers = new(new NameServerSettings { Servers = [silent.EndPoint], Timeout = TimeSpan.FromSeconds(60) });
        Task<DnsAnswer> asking = servers.AskAsync("a.test", DnsRecordKind.IPv4, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    private static Task<DnsAnswer> AskAsync(string name, DnsRecordKind kind, params RealNameServer[] servers) =>
        new DnsNameServers(new NameServerSettings
        {
            Servers = [.. servers.Select(static server => server.EndPoint)],
            Timeout = TimeSpan.FromMilliseconds(300),
            Attempts = 1,
        }).AskAsync(name, kind, CancellationToken.None);
}
