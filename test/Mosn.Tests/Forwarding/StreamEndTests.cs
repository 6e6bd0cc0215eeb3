using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Streams;
using Mosn.Testing;
using Mosn.Transport.Buffers;

namespace Mosn.Tests.Forwarding;

/// <summary>
/// Ends that filters have a part in: what the client gets, what logs say of it, and that nothing is left behind. The
/// world looks for leaks when it is disposed.
/// </summary>
public class StreamEndTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly List<(int Status, ResponseFlags Flags)> _ends = [];

    [Fact]
    public void A_response_that_a_bug_cuts_is_marked()
    {
        using FilterWorld world = World(static (chain, _) => chain.AddResponseBody(new BodyFilter(
            static (_, _) => throw new InvalidDataException())));
        world.Send(Get);
        world.Host.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        Assert.Throws<InvalidDataException>(world.Proxy.Run);
        world.Proxy.Run();
        Assert.True(world.Client.WasReset);
        Assert.Equal([(200, ResponseFlags.DownStreamTerminate)], _ends);
    }

    [Fact]
    public void A_filter_that_fails_at_the_end_costs_neither_the_client_nor_the_host_anything()
    {
        int ends = 0;
        using FilterWorld world = World((chain, _) => chain.Add(new EndFilter(_ =>
        {
            if (++ends == 1)
            {
                throw new InvalidDataException();
            }
        })));
        world.Send(Get);
        world.Host.Send(Ok);
        Assert.Throws<InvalidDataException>(world.Proxy.Run);
        world.Proxy.Run();
        Assert.EndsWith("ok", world.Client.ReceivedText);

        world.Client.ClearReceived();
        world.Send(Get);
        world.Answer(Ok);
        Assert.EndsWith("ok", world.Client.ReceivedText);
        Assert.Equal(1, world.ConnectionCount);
        Assert.Equal(2, ends);
    }

    [Theory]
    [InlineData(FilterVerdict.Continue)]
    [InlineData(FilterVerdict.Reply)]
    [InlineData(FilterVerdict.Terminate)]
    public void A_client_that_leaves_a_waiting_filter_left_whatever_the_filter_says(FilterVerdict verdict)
    {
        foreach (RequestPhase phase in Enum.GetValues<RequestPhase>())
        {
            _ends.Clear();
            using FilterWorld world = World((chain, _) => chain.Add(phase, new RequestFilter(async context =>
            {
                await context.DelayAsync(60_000);
                return verdict == FilterVerdict.Reply ? context.Reply(403) : verdict;
            })));
            world.Send(Get);
            world.Client.Reset();
            world.Proxy.Run();
            Assert.Equal([(499, ResponseFlags.DownStreamTerminate)], _ends);
            Assert.True(world.Upstreams[0].Peers.All(static peer => peer.ReceivedTotal == 0));
        }
    }

    [Fact]
    public void A_client_that_leaves_a_response_filter_left()
    {
        using FilterWorld world = World(static (chain, _) => chain.Add(new ResponseFilter(static async context =>
        {
            await context.DelayAsync(60_000);
            return FilterVerdict.Continue;
        })));
        world.Send(Get);
        world.Answer(Ok);
        world.Client.Reset();
        world.Proxy.Run();
        Assert.Equal([(499, ResponseFlags.DownStreamTerminate)], _ends);
    }

    [Fact]
    public void A_response_filter_may_end_an_error_of_ours_without_a_word()
    {
        using FilterWorld world = World(static (chain, _) => chain.Add(new ResponseFilter(static _ => FilterVerdict.Terminate)));
        world.Send(Post);
        world.Host.Reset();
        world.Proxy.Run();
        Assert.Equal("", world.Client.ReceivedText);
        Assert.True(world.Client.WasReset);
    }

    [Fact]
    public void A_reply_in_place_of_a_response_does_not_go_through_what_was_made_for_the_response()
    {
        using FilterWorld world = World(static (chain, _) =>
        {
            chain.Add(new ResponseFilter(context =>
            {
                if (context.Stream.Response!.Status == 200)
                {
                    context.Stream.Response.SetFraming(BodyFraming.Chunked);
                    chain.AddResponseBody(new UpperCaseBody());
                }
                return FilterVerdict.Continue;
            }));
            chain.Add(new ResponseFilter(static context => context.Reply(502, "bad"u8.ToArray())));
        });
        world.Send(Get);
        world.Answer(Ok);
        Assert.StartsWith("HTTP/1.1 502 ", world.Client.ReceivedText);
        Assert.Contains("Content-Length: 3\r\n", world.Client.ReceivedText);
        Assert.EndsWith("\r\n\r\nbad", world.Client.ReceivedText);
    }

    [Fact]
    public void A_reply_in_place_of_a_response_passes_all_response_filters_as_every_answer_of_ours()
    {
        static FilterVerdict Mark(FilterContext context)
        {
            context.Stream.Response!.Headers.Add("x-seen"u8, Encoding.ASCII.GetBytes($"{context.Stream.Response.Status}"));
            return FilterVerdict.Continue;
        }

        using FilterWorld world = World(static (chain, _) =>
        {
            chain.Add(new ResponseFilter(Mark));
            chain.Add(new ResponseFilter(static context => context.Stream.Response!.Status == 200
                ? context.Reply(502, "bad"u8.ToArray())
                : FilterVerdict.Continue));
            chain.Add(new ResponseFilter(Mark));
        });
        world.Send(Get);
        world.Answer(Ok);
        Assert.Contains("x-seen: 502\r\nx-seen: 502\r\n", world.Client.ReceivedText);
        Assert.DoesNotContain("x-seen: 200", world.Client.ReceivedText);
    }

    [Fact]
    public void A_reply_that_a_filter_of_its_body_ends_is_cut()
    {
        using FilterWorld world = World(static (chain, _) =>
        {
            chain.Add(RequestPhase.BeforeRoute, new RequestFilter(static context => context.Reply(200, "abc"u8.ToArray())));
            chain.AddResponseBody(new UpperCaseBody(FilterVerdict.Terminate));
        });
        world.Send(Get);
        Assert.True(world.Client.WasReset);
        Assert.Equal([(200, ResponseFlags.DownStreamTerminate)], _ends);
    }

    [Fact]
    public void An_empty_piece_of_a_filter_does_not_end_a_body_in_chunks()
    {
        static FilterVerdict Stutter(BufferSlice piece, IBodySink next)
        {
            next.SendBody(new BufferSlice(piece.Chunk, piece.Start, 0));
            next.SendBody(piece);
            return FilterVerdict.Continue;
        }

        using FilterWorld world = World(static (chain, _) =>
        {
            chain.AddRequestBody(new BodyFilter(Stutter));
            chain.AddResponseBody(new BodyFilter(Stutter));
        });
        world.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n");
        Assert.EndsWith("\r\n\r\n2\r\nab\r\n0\r\n\r\n", world.Host.ReceivedText);
        world.Answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
        Assert.EndsWith("\r\n\r\n2\r\nok\r\n0\r\n\r\n", world.Client.ReceivedText);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_filter_that_gets_the_length_of_a_response_wrong_ends_the_connection(bool isLonger)
    {
        using FilterWorld world = World((chain, _) => chain.AddResponseBody(Wrong(isLonger)));
        world.Send(Get);
        world.Host.Send(Ok);
        Assert.ThrowsAny<Exception>(world.Proxy.Run);
        world.Proxy.Run();
        Assert.True(world.Client.WasReset);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_filter_that_gets_the_length_of_a_request_wrong_ends_the_connection(bool isLonger)
    {
        using FilterWorld world = World((chain, _) => chain.AddRequestBody(Wrong(isLonger)));
        world.Client.Send(Post);
        Assert.ThrowsAny<Exception>(world.Proxy.Run);
        world.Proxy.Run();
        Assert.True(world.Host.IsOver);
        Assert.DoesNotContain("bodyx", world.Host.ReceivedText);
    }

    [Fact]
    public void Another_host_asked_for_before_there_is_a_route_changes_nothing()
    {
        using FilterWorld world = World(static (chain, _) =>
            chain.Add(RequestPhase.BeforeRoute, new RequestFilter(static _ => FilterVerdict.Rechoose)));
        world.Send(Get);
        world.Answer(Ok);
        Assert.EndsWith("ok", world.Client.ReceivedText);
    }

    [Fact]
    public void The_host_of_the_answer_is_the_one_that_logs_name()
    {
        string? named = null;
        using FilterWorld world = new(
            (chain, _) => chain.Add(new EndFilter(context => named = context.Stream.UpstreamAddress.ToString())),
            route: """
                , "retry_policy": { "retry_on": true, "retry_timeout": "100ms", "hedge_on_try_timeout": true }
                """,
            hosts: 2);
        world.Send(Get);
        MemoryHost slow = Assert.Single(world.Upstreams, static host => host.Peers.Count > 0);
        world.Proxy.Advance(110);
        Assert.Equal(2, world.ConnectionCount);
        slow.Peers[0].Send(Ok);
        world.Proxy.Run();
        Assert.EndsWith("ok", world.Client.ReceivedText);
        Assert.Equal(slow.Address.ToString(), named);
    }

    private static BodyFilter Wrong(bool isLonger) => new((piece, next) =>
    {
        if (isLonger)
        {
            next.SendBody(piece);
            next.SendBody("x"u8);
        }
        return FilterVerdict.Continue;
    });

    private FilterWorld World(Action<StreamFilterChain, FilterContext> addTo) => new((chain, context) =>
    {
        chain.Add(new EndFilter(end => _ends.Add((end.Stream.Status, end.Stream.Flags))));
        addTo(chain, context);
    });
}
