using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Xunit;

namespace Mosn.Testing;

/// <summary>
/// What every RPC protocol does in the whole proxy, between clients and a host in memory, besides what its codec keeps. All it
/// needs are the samples, the first of each kind.
/// </summary>
public abstract class FrameProtocolConformance<TCodec> : FrameCodecConformance<TCodec>
    where TCodec : struct, IFrameCodec<TCodec>
{
    private const int TimeoutMs = 2_000;

    private byte[] Call => Find(FrameKind.Request)!;

    private ulong CallId => FrameProbe<TCodec>.Read(Call).Id;

    private byte[] Answer => Find(FrameKind.Response)!;

    private bool CanReply => FrameProbe<TCodec>.Reply(FrameProbe<TCodec>.Read(Call), 404).Length > 0;

    [Fact]
    public void A_call_is_found_by_its_first_bytes_and_its_answer_comes_back_in_any_pieces()
    {
        using FrameWorld<TCodec> scene = new(protocols: "Auto");
        scene.SendInPieces(scene.Client, Call);
        MemoryPeer host = HostOf(scene);
        Same(Call, PassOn(FrameWorld<TCodec>.FramesAtHost(host)[0], CallId));
        scene.SendInPieces(host, AnswerTo(host));
        Same(PassOn(FrameProbe<TCodec>.Read(Answer, isFromHost: true), CallId), scene.Client.Received.ToArray());
        Counted(scene, FrameMetric.RequestTotal);
        Counted(scene, FrameMetric.ResponseTotal);
        scene.End();
    }

    [Theory]
    [InlineData("multiplex", 1)]
    [InlineData("ping-pong", 2)]
    [InlineData("tcp", 2)]
    public void Calls_of_two_clients_each_get_their_own_answer(string poolMode, int connections)
    {
        using FrameWorld<TCodec> scene = new(cluster: $$""", "rpc": { "pool_mode": "{{poolMode}}" } """);
        MemoryPeer other = scene.NewClient();
        scene.Send(scene.Client, Call);
        scene.Send(other, Call);
        int expected = HasIds ? connections : 2;
        That(scene.Host.Peers.Count == expected, $"two calls have {scene.Host.Peers.Count} connections, and not {expected}");
        foreach (MemoryPeer host in Enumerable.Reverse(scene.Host.Peers))
        {
            foreach (FrameHead call in Enumerable.Reverse(FrameWorld<TCodec>.FramesAtHost(host)))
            {
                scene.Send(host, PassOn(FrameProbe<TCodec>.Read(Answer, isFromHost: true), call.Id));
            }
        }
        byte[] answer = PassOn(FrameProbe<TCodec>.Read(Answer, isFromHost: true), CallId);
        Same(answer, scene.Client.Received.ToArray());
        Same(answer, other.Received.ToArray());
        scene.End();
    }

    [Fact]
    public void Large_frames_pass_in_any_pieces()
    {
        using FrameWorld<TCodec> scene = new();
        byte[] call = Enlarged(FrameProbe<TCodec>.Read(Call), CallId);
        SendInTwo(scene.Client, call);
        FrameHead atHost = FrameWorld<TCodec>.FramesAtHost(HostOf(scene))[0];
        Same(call, PassOn(atHost, CallId));
        SendInTwo(HostOf(scene), Enlarged(FrameProbe<TCodec>.Read(Answer, isFromHost: true), atHost.Id));
        Same(Enlarged(FrameProbe<TCodec>.Read(Answer, isFromHost: true), CallId), scene.Client.Received.ToArray());
        scene.End();

        void SendInTwo(MemoryPeer peer, byte[] frame)
        {
            scene.Send(peer, frame[..^10]);
            scene.Send(peer, frame[^10..]);
        }
    }

    [Fact]
    public void A_call_that_wants_no_answer_gets_none_and_holds_nothing_up()
    {
        if (Find(FrameKind.OneWay) is { } cast)
        {
            using FrameWorld<TCodec> scene = new();
            scene.Send(scene.Client, cast);
            That(FrameWorld<TCodec>.FramesAtHost(HostOf(scene))[0].Kind == FrameKind.OneWay, "the host got something else");
            That(scene.World.Count(DownstreamMetric.RequestActive) == 0, "it is still under way");
            Counted(scene, FrameMetric.OneWayTotal);
            scene.Send(scene.Client, Call);
            scene.Send(scene.Host.Peers[^1], AnswerTo(scene.Host.Peers[^1]));
            That(FrameWorld<TCodec>.FramesAtClient(scene.Client).Count == 1, "the call after it got no answer, or it got one");
            scene.End();
        }
    }

    [Fact]
    public void Routes_see_the_service_and_may_change_it()
    {
        HeaderBlock fields = FrameProbe<TCodec>.FieldsOf(FrameProbe<TCodec>.Read(Call));
        if (!fields.TryGet("service"u8, out ReadOnlySpan<byte> name))
        {
            return;
        }
        using FrameWorld<TCodec> scene = new(
            match: $$"""{ "headers": [{ "name": "service", "value": "{{Encoding.Latin1.GetString(name)}}" }] }""",
            route: """, "request_headers_to_add": [{"header": {"key": "service", "value": "x.Other"}, "append": false}] """);
        scene.Send(scene.Client, Call);
        FrameHead call = FrameWorld<TCodec>.FramesAtHost(HostOf(scene))[0];
        FrameProbe<TCodec>.FieldsOf(call).TryGet("service"u8, out ReadOnlySpan<byte> service);
        That(service.SequenceEqual("x.Other"u8), $"the host got a call of {Encoding.Latin1.GetString(service)}");
        scene.Send(HostOf(scene), AnswerTo(HostOf(scene)));
        That(FrameWorld<TCodec>.FramesAtClient(scene.Client).Count == 1, "the client got no answer");
        scene.End();
    }

    [Fact]
    public void A_call_that_no_route_takes_is_an_error_of_the_protocol_and_the_connection_lives()
    {
        using FrameWorld<TCodec> scene = new(match: """{ "headers": [{ "name": "x-none", "value": "1" }] }""");
        scene.Send(scene.Client, Call);
        AssertError(scene.Client);
        That(!scene.Client.IsOver, "the connection has ended");
        Counted(scene, FrameMetric.LocalReplyTotal, CanReply ? 1 : 0);
        scene.End();
    }

    [Fact]
    public void A_host_that_is_gone_is_an_error_of_its_call()
    {
        using FrameWorld<TCodec> scene = new();
        scene.Send(scene.Client, Call);
        HostOf(scene).Reset();
        scene.World.Run();
        AssertError(scene.Client);
        scene.End();
    }

    [Fact]
    public void A_host_that_is_too_late_is_an_error_of_its_call_and_what_it_says_then_is_nobodys()
    {
        using FrameWorld<TCodec> scene = new(route: """, "timeout": "2s" """);
        long callMs = FrameProbe<TCodec>.Read(Call).TimeoutMs;
        scene.Send(scene.Client, Call);
        if (callMs < 0)
        {
            return; // It waits for ever.
        }
        byte[] answer = AnswerTo(HostOf(scene));
        scene.World.Advance(Math.Max(callMs, TimeoutMs) + 100);
        AssertError(scene.Client);
        scene.Client.ClearReceived();
        scene.Send(HostOf(scene), answer);
        That(scene.Client.Received.IsEmpty, "the client got a second answer");
        Counted(scene, FrameMetric.ResponseLateTotal, HasIds ? 1 : 0);
        scene.End();
    }

    [Fact]
    public void A_heartbeat_is_answered_here()
    {
        if (Find(FrameKind.Heartbeat) is { } heartbeat)
        {
            using FrameWorld<TCodec> scene = new();
            scene.Send(scene.Client, heartbeat);
            Same(FrameProbe<TCodec>.HeartbeatReply(FrameProbe<TCodec>.Read(heartbeat)), scene.Client.Received.ToArray());
            That(scene.Host.Peers.Count == 0, "the host heard of it");
            Counted(scene, FrameMetric.HeartbeatReceivedTotal);
            scene.End();
        }
    }

    [Fact]
    public void A_host_that_is_silent_is_asked_whether_it_is_there_and_given_up_if_it_says_nothing()
    {
        if (FrameProbe<TCodec>.Heartbeat(1).Length == 0)
        {
            return;
        }
        using FrameWorld<TCodec> scene = new(
            cluster: """, "keepalive": { "interval": "5s", "timeout": "2s" }, "idle_timeout": "600s" """);
        scene.Send(scene.Client, Call);
        MemoryPeer host = HostOf(scene);
        scene.Send(host, AnswerTo(host));
        host.ClearReceived();
        scene.World.Advance(5_100);
        FrameHead heartbeat = FrameWorld<TCodec>.FramesAtHost(host)[0];
        That(heartbeat.Kind == FrameKind.Heartbeat, $"the host got a {heartbeat.Kind}");
        scene.Send(host, FrameProbe<TCodec>.HeartbeatReply(heartbeat));
        scene.World.Advance(2_100);
        That(scene.Count(FrameMetric.HeartbeatMissedTotal) == 0, "its answer was not taken");
        That(scene.Count(FrameMetric.ResponseLateTotal) == 0, "its answer counts as that of a call, come too late");
        scene.World.Advance(40_000);
        That(host.IsOver, "the connection stands");
        scene.End();
    }

    [Fact]
    public void A_host_that_says_goodbye_gets_no_further_call()
    {
        if (Find(FrameKind.GoAway) is not { } goodbye)
        {
            return;
        }
        using FrameWorld<TCodec> scene = new();
        scene.Send(scene.Client, Call);
        byte[] answer = AnswerTo(HostOf(scene));
        scene.Send(HostOf(scene), goodbye);
        scene.Send(scene.NewClient(), Call);
        That(scene.Host.Peers.Count == 2, "the next call went to the same connection");
        scene.Send(scene.Host.Peers[0], answer);
        That(FrameWorld<TCodec>.FramesAtClient(scene.Client).Count == 1, "the call before it got no answer");
        Counted(scene, FrameMetric.GoAwayReceivedTotal);
        scene.End();
    }

    [Fact]
    public void Clients_are_told_that_the_process_stops_and_their_calls_are_answered()
    {
        using FrameWorld<TCodec> scene = new(
            proxy: $$""", "extend_config": { "{{TCodec.Name}}": { "enable_bolt_goaway": true } } """);
        scene.Send(scene.Client, Call);
        scene.World.Wait(scene.World.Listeners[0].BeginDrainAsync().AsTask());
        scene.World.Run();
        int goodbyes = FrameProbe<TCodec>.GoAway(1).Length > 0 ? 1 : 0;
        That(
            FrameWorld<TCodec>.FramesAtClient(scene.Client).Count(static frame => frame.Kind == FrameKind.GoAway) == goodbyes,
            "the client was not told");
        Counted(scene, FrameMetric.GoAwaySentTotal, goodbyes);
        scene.World.Advance(1_100);
        That(!scene.Client.IsOver, "the connection has ended under a call");
        scene.Client.ClearReceived();
        scene.Send(HostOf(scene), AnswerTo(HostOf(scene)));
        That(FrameWorld<TCodec>.FramesAtClient(scene.Client).Count == 1, "the call got no answer");
        That(scene.Client.IsOver, "the connection stands");
        scene.End();
    }

    [Fact]
    public void A_call_that_is_too_large_is_refused_before_it_is_here()
    {
        using FrameWorld<TCodec> scene = new(
            proxy: $$""", "extend_config": { "{{TCodec.Name}}": { "max_frame_size": {{Call.Length}} } } """);
        scene.Send(scene.Client, Enlarged(FrameProbe<TCodec>.Read(Call), CallId)[..^1]);
        AssertError(scene.Client);
        That(scene.Client.IsOver, "the connection stands");
        That(scene.Host.Peers.Count == 0, "the host heard of it");
        Counted(scene, FrameMetric.RequestTooLargeTotal);
        scene.End();
    }

    [Fact]
    public void Bytes_that_are_no_frame_end_the_connection_that_they_came_on()
    {
        using FrameWorld<TCodec> scene = new();
        scene.Client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        scene.World.Run();
        That(scene.Client.IsOver, "the client's connection stands");
        MemoryPeer other = scene.NewClient();
        scene.Send(other, Call);
        HostOf(scene).Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        scene.World.Run();
        That(HostOf(scene).IsOver, "the host's connection stands");
        Counted(scene, FrameMetric.RequestBrokenTotal);
        Counted(scene, FrameMetric.ResponseBrokenTotal);
        AssertError(other);
        scene.End();
    }

    [Fact]
    public void Calls_are_passed_on_without_allocating()
    {
        using FrameWorld<TCodec> scene = new();
        scene.Client.KeepsReceived = false;
        byte[] call = Call;
        scene.Send(scene.Client, call);
        FrameHead answer = FrameProbe<TCodec>.Read(Answer, isFromHost: true);
        ulong id = FrameWorld<TCodec>.FramesAtHost(HostOf(scene))[0].Id;
        Queue<byte[]> answers = new();
        for (int i = 0; i < 2_000; i++, id = TCodec.NextId(id))
        {
            answers.Enqueue(PassOn(answer, id));
        }
        scene.Send(HostOf(scene), answers.Dequeue());

        void Many()
        {
            for (int i = 0; i < 300; i++)
            {
                scene.Client.Send(call);
                scene.World.Run();
                scene.Host.Peers[0].ClearReceived();
                scene.Host.Peers[0].Send(answers.Dequeue());
                scene.World.Run();
            }
        }

        Many();
        long bytes = Allocations.Of(Many);
        That(bytes == 0, $"300 calls have allocated {bytes} bytes");
        That(scene.World.Count(DownstreamMetric.RequestActive) == 0, "a call is still under way");
    }

    private static MemoryPeer HostOf(FrameWorld<TCodec> scene)
    {
        That(scene.Host.Peers.Count > 0, "no call has come to the host");
        return scene.Host.Peers[0];
    }

    private static void Counted(FrameWorld<TCodec> scene, FrameMetric metric, long count = 1) =>
        That(scene.Count(metric) == count, $"{metric} of rpc_* is {scene.Count(metric)}, and not {count}");

    private static byte[] PassOn(FrameHead head, ulong id, byte[]? content = null) =>
        FrameProbe<TCodec>.PassOn(head, id, content: content);

    /// <summary>The frame with more content.</summary>
    private byte[] Enlarged(FrameHead head, ulong id)
    {
        byte[] content = new byte[Math.Min(ContentLengthMax, head.ContentLength + 200_000)];
        head.Bytes.Slice(head.HeadLength, head.ContentLength).CopyTo(content);
        return PassOn(head, id, content);
    }

    /// <summary>The sample, as an answer to the last call that a connection of the host has received.</summary>
    private byte[] AnswerTo(MemoryPeer host) =>
        PassOn(FrameProbe<TCodec>.Read(Answer, isFromHost: true), FrameWorld<TCodec>.FramesAtHost(host)[^1].Id);

    /// <summary>The client has one answer, an error to its call; none if the protocol has no such answers.</summary>
    private void AssertError(MemoryPeer client)
    {
        List<FrameHead> answers = FrameWorld<TCodec>.FramesAtClient(client);
        That(answers.Count == (CanReply ? 1 : 0), $"the client has {answers.Count} answers");
        foreach (FrameHead answer in answers)
        {
            That(answer.Kind == FrameKind.Response && answer.Id == CallId, $"the client has a {answer.Kind} with id {answer.Id}");
            That(TCodec.HttpStatusOf(answer) >= 400, $"the answer counts as {TCodec.HttpStatusOf(answer)}");
        }
    }

    private byte[]? Find(FrameKind kind) => Samples.FirstOrDefault(sample => sample.Kind == kind)?.Bytes;
}
