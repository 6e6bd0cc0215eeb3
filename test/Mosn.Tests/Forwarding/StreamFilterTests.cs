using Mosn.Protocols;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>What stream filters can do to a request, its body and its response, through the whole proxy.</summary>
public class StreamFilterTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string Chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Theory]
    [InlineData(RequestPhase.BeforeRoute)]
    [InlineData(RequestPhase.AfterRoute)]
    [InlineData(RequestPhase.AfterChooseHost)]
    public void A_reply_is_sent_without_an_upstream_and_the_connection_goes_on(RequestPhase phase)
    {
        int asked = 0;
        using FilterWorld world = new((chain, _) => chain.Add(phase, new RequestFilter(context =>
        {
            context.ReplyHeaders.Add("x-why"u8, "test"u8);
            return ++asked == 1 ? context.Reply(403, "no"u8.ToArray()) : FilterVerdict.Continue;
        })));
        world.Send(Get);
        Assert.StartsWith("HTTP/1.1 403 ", world.Client.ReceivedText);
        Assert.Contains("x-why: test\r\n", world.Client.ReceivedText);
        Assert.EndsWith("\r\n\r\nno", world.Client.ReceivedText);
        Assert.Equal(0, world.ConnectionCount);

        world.Send(Get);
        world.Answer(Ok);
        Assert.EndsWith("ok", world.Client.ReceivedText);
    }

    [Theory]
    [InlineData(RequestPhase.BeforeRoute)]
    [InlineData(RequestPhase.AfterRoute)]
    [InlineData(RequestPhase.AfterChooseHost)]
    public void Terminate_ends_the_stream_without_a_word(RequestPhase phase)
    {
        using FilterWorld world = new((chain, _) =>
            chain.Add(phase, new RequestFilter(static _ => FilterVerdict.Terminate)));
        world.Send(Get);
        Assert.Equal("", world.Client.ReceivedText);
        Assert.True(world.Client.IsOver);
        Assert.Equal(0, world.ConnectionCount);
    }

    [Fact]
    public void Filters_of_a_phase_run_in_order_until_one_does_not_go_on()
    {
        List<string> calls = [];
        RequestFilter Note(string name, FilterVerdict verdict = FilterVerdict.Continue) => new(context =>
        {
            calls.Add(name);
            return verdict == FilterVerdict.Reply ? context.Reply(200) : verdict;
        });
        using FilterWorld world = new((chain, _) =>
        {
            chain.Add(RequestPhase.AfterRoute, Note("after 1"));
            chain.Add(RequestPhase.BeforeRoute, Note("before"));
            chain.Add(RequestPhase.AfterRoute, Note("after 2", FilterVerdict.Reply));
            chain.Add(RequestPhase.AfterRoute, Note("after 3"));
            chain.Add(new ResponseFilter(_ =>
            {
                calls.Add("response");
                return FilterVerdict.Continue;
            }));
        });
        world.Send(Get);
        Assert.Equal(["before", "after 1", "after 2", "response"], calls);
    }

    [Fact]
    public void A_reroute_matches_again_and_a_filter_that_never_stops_asking_gets_the_route_it_has()
    {
        int asked = 0;
        using FilterWorld world = new((chain, _) => chain.Add(RequestPhase.AfterRoute, new RequestFilter(_ =>
        {
            asked++;
            return FilterVerdict.Reroute;
        })));
        world.Send(Get);
        world.Answer(Ok);
        Assert.EndsWith("ok", world.Client.ReceivedText);
        Assert.InRange(asked, 2, 10);
    }

    [Fact]
    public void A_filter_may_have_another_host()
    {
        List<string> hosts = [];
        using FilterWorld world = new(
            (chain, _) => chain.Add(RequestPhase.AfterChooseHost, new RequestFilter(context =>
            {
                hosts.Add(context.Stream.UpstreamAddress.ToString());
                return hosts.Count < 3 ? FilterVerdict.Rechoose : FilterVerdict.Continue;
            })),
            hosts: 3);
        world.Send(Get);
        Assert.Equal(3, hosts.Distinct().Count());
        MemoryHost asked = Assert.Single(world.Upstreams, static host => host.Peers.Count > 0);
        Assert.Equal(hosts[^1], asked.Address.ToString());
        asked.Peers[0].Send(Ok);
        world.Proxy.Run();
        Assert.EndsWith("ok", world.Client.ReceivedText);
    }

    [Fact]
    public void A_delay_ends_in_time_and_holds_nobody_else_up()
    {
        using FilterWorld world = new((chain, _) => chain.Add(RequestPhase.AfterRoute, new RequestFilter(Slow)));
        world.Send(Get);
        MemoryPeer other = world.Proxy.Client();
        other.Send("GET /fast HTTP/1.1\r\nHost: a\r\n\r\n");
        world.Proxy.Run();
        Assert.Contains("/fast", world.Host.ReceivedText);
        world.Answer(Ok);
        Assert.EndsWith("ok", other.ReceivedText);
        other.Close();

        world.Proxy.Advance(990);
        Assert.Equal("", world.Client.ReceivedText);
        world.Proxy.Advance(20);
        world.Answer(Ok);
        Assert.EndsWith("ok", world.Client.ReceivedText);
    }

    [Fact]
    public void A_client_that_leaves_ends_a_delay()
    {
        bool? stayed = null;
        using FilterWorld world = new((chain, _) => chain.Add(RequestPhase.AfterRoute, new RequestFilter(async context =>
        {
            stayed = await context.DelayAsync(60_000);
            return FilterVerdict.Continue;
        })));
        world.Send(Get);
        world.Client.Reset();
        world.Proxy.Run();
        Assert.False(stayed);
        Assert.Equal(0, world.ConnectionCount);
        Assert.Equal(0, world.Proxy.Count(DownstreamMetric.RequestActive));
    }

    [Fact]
    public void A_filter_changes_the_body_of_a_request_on_its_way()
    {
        using FilterWorld world = new(static (chain, _) => chain.AddRequestBody(new UpperCaseBody()));
        world.Send(Chunked + "3\r\nabc\r\n");
        Assert.EndsWith("2\r\nAB\r\n", world.Host.ReceivedText);
        world.Send("1\r\nd\r\n0\r\nX-Sum: 1\r\n\r\n");
        Assert.EndsWith("2\r\nAB\r\n1\r\nC\r\n1\r\nD\r\n1\r\n!\r\n0\r\nX-Sum: 1\r\n\r\n", world.Host.ReceivedText);
        world.Answer(Ok);
        Assert.EndsWith("ok", world.Client.ReceivedText);
    }

    [Fact]
    public void A_filter_changes_the_body_of_a_response_on_its_way()
    {
        using FilterWorld world = new(static (chain, _) => chain.Add(new ResponseFilter(context =>
        {
            context.Stream.Response!.SetFraming(BodyFraming.Chunked);
            chain.AddResponseBody(new UpperCaseBody());
            return FilterVerdict.Continue;
        })));
        world.Send(Get);
        world.Answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd");
        Assert.Contains("Transfer-Encoding: chunked\r\n", world.Client.ReceivedText);
        Assert.DoesNotContain("Content-Length", world.Client.ReceivedText);
        Assert.EndsWith("\r\n\r\n3\r\nABC\r\n1\r\nD\r\n1\r\n!\r\n0\r\n\r\n", world.Client.ReceivedText);
    }

    [Fact]
    public void Filters_of_a_body_work_on_replies_of_our_own_too()
    {
        using FilterWorld world = new(static (chain, _) =>
        {
            chain.Add(RequestPhase.BeforeRoute, new RequestFilter(static context => context.Reply(200, "abc"u8.ToArray())));
            chain.Add(new ResponseFilter(context =>
            {
                context.Stream.Response!.SetFraming(BodyFraming.Chunked);
                chain.AddResponseBody(new UpperCaseBody());
                chain.AddResponseBody(new UpperCaseBody());
                return FilterVerdict.Continue;
            }));
        });
        world.Send(Get);
        Assert.Equal("ABC!!", Unchunk(world.Client.ReceivedText));
    }

    [Fact]
    public void A_filter_of_a_body_may_refuse_the_request_while_it_comes()
    {
        using FilterWorld world = new(static (chain, _) => chain.AddRequestBody(new UpperCaseBody(FilterVerdict.Reply)));
        world.Send(Chunked);
        world.Send("3\r\nabc\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", world.Client.ReceivedText);
        Assert.EndsWith("too much", world.Client.ReceivedText);
        Assert.True(world.Host.IsOver);
    }

    [Fact]
    public void A_filter_of_a_body_that_terminates_after_the_response_began_resets_it()
    {
        using FilterWorld world = new(static (chain, _) => chain.AddResponseBody(new UpperCaseBody(FilterVerdict.Terminate)));
        world.Send(Get);
        world.Answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd");
        Assert.True(world.Client.WasReset);
        Assert.DoesNotContain("abcd", world.Client.ReceivedText);
    }

    [Fact]
    public void A_request_is_collected_before_a_host_is_chosen()
    {
        using FilterWorld world = new(static (chain, _) => chain.Add(RequestPhase.AfterRoute, new RequestFilter(Collect)));
        world.Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", world.Client.ReceivedText);
        world.Send("abc");
        Assert.Equal(0, world.ConnectionCount);
        world.Send("def");
        Assert.EndsWith("\r\n\r\nabcdef", world.Host.ReceivedText);
        Assert.DoesNotContain("Expect", world.Host.ReceivedText);
        world.Answer(Ok);
        Assert.EndsWith("ok", world.Client.ReceivedText);
    }

    [Fact]
    public void A_request_too_large_to_collect_is_for_the_filter_to_answer()
    {
        using FilterWorld world = new(static (chain, _) => chain.Add(RequestPhase.AfterRoute, new RequestFilter(Collect)));
        world.Send(Chunked);
        world.Send("6\r\nabcdef\r\n");
        world.Send("6\r\nabcdef\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", world.Client.ReceivedText);
        Assert.Equal(0, world.ConnectionCount);
    }

    [Fact]
    public void A_client_that_leaves_ends_the_collecting()
    {
        using FilterWorld world = new(static (chain, _) => chain.Add(RequestPhase.AfterRoute, new RequestFilter(Collect)));
        world.Send(Chunked + "3\r\nabc\r\n");
        world.Client.Reset();
        world.Proxy.Run();
        Assert.Equal(0, world.Proxy.Count(DownstreamMetric.RequestActive));
    }

    [Fact]
    public void A_response_filter_may_answer_in_place_of_the_upstream()
    {
        using FilterWorld world = new(static (chain, _) => chain.Add(new ResponseFilter(
            static context => context.Stream.Response!.Status == 200 ? context.Reply(502, "bad"u8.ToArray()) : FilterVerdict.Continue)));
        world.Send(Get);
        world.Answer(Ok);
        Assert.StartsWith("HTTP/1.1 502 ", world.Client.ReceivedText);
        Assert.EndsWith("\r\n\r\nbad", world.Client.ReceivedText);
    }

    [Fact]
    public void Each_stream_tells_of_its_end_once_whatever_way_it_ended()
    {
        List<int> ends = [];
        using FilterWorld world = new((chain, _) => chain.Add(new EndFilter(context => ends.Add(context.Stream.Status))));
        world.Send(Get);
        world.Answer(Ok);
        world.Send("POST /reset HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
        world.Host.Reset();
        world.Proxy.Run();
        world.Send(Get);
        world.Client.Reset();
        world.Proxy.Run();
        Assert.Equal([200, 502, 499], ends);
    }

    [Fact]
    public void Copies_go_to_another_cluster_and_cost_the_request_nothing()
    {
        using FilterWorld world = new(
            static (chain, _) => chain.Add(RequestPhase.AfterRoute, new RequestFilter(static context =>
            {
                context.Mirror(new Mosn.Proxy.Upstream.ClusterRef("nowhere"), 1);
                return FilterVerdict.Continue;
            })));
        world.Send(Chunked + "3\r\nabc\r\n0\r\n\r\n");
        world.Answer(Ok);
        Assert.EndsWith("ok", world.Client.ReceivedText);
        Assert.Equal(1, world.Proxy.Count(SelfMetric.MirrorsLostTotal));
    }

    [Fact]
    public void Copies_that_a_route_asked_for_are_not_made_for_another()
    {
        int asked = 0;
        using FilterWorld world = new(
            (chain, _) => chain.Add(RequestPhase.AfterRoute, new RequestFilter(context =>
            {
                if (++asked > 1)
                {
                    return FilterVerdict.Continue;
                }
                context.Mirror(new Mosn.Proxy.Upstream.ClusterRef("nowhere"), 1);
                return FilterVerdict.Reroute;
            })));
        world.Send(Get);
        world.Answer(Ok);
        Assert.EndsWith("ok", world.Client.ReceivedText);
        Assert.Equal(0, world.Proxy.Count(SelfMetric.MirrorsLostTotal));
    }

    private static async ValueTask<FilterVerdict> Slow(FilterContext context)
    {
        if (context.Stream.Request.Path.SequenceEqual("/"u8))
        {
            Assert.True(await context.DelayAsync(1000));
        }
        return FilterVerdict.Continue;
    }

    private static async ValueTask<FilterVerdict> Collect(FilterContext context) =>
        await context.BufferRequestBodyAsync(10) ? FilterVerdict.Continue
        : context.IsClientGone ? FilterVerdict.Terminate
        : context.Reply(413);

    private static string Unchunk(string response)
    {
        string[] lines = response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..].Split("\r\n");
        return string.Concat(lines.Where((_, i) => i % 2 == 1));
    }
}
