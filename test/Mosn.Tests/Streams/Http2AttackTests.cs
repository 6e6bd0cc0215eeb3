using Mosn.Protocols.Http2;
using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>Clients that make work, or hold memory, for nothing. Each loses its connection, and is counted.</summary>
public sealed class Http2AttackTests : IDisposable
{
    private readonly ProxyWorld _world = new(Http2World.Config());
    private readonly MemoryHost _upstream;
    private readonly Http2Peer _client;

    public Http2AttackTests()
    {
        _upstream = _world.Upstream();
        _client = _world.Http2Client();
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Requests_that_are_reset_at_once_end_the_connection()
    {
        for (int id = 1; id < 1000 && !_client.Peer.IsOver; id += 2)
        {
            _client.SendRequest(id);
            _client.SendReset(id);
            _world.Run();
        }
        AssertEnded(SelfMetric.Http2RapidResetTotal);
        Assert.InRange(_client.GoAway!.LastStreamId, 300, 500);
    }

    [Fact]
    public void Requests_that_are_reset_in_the_same_read_reach_no_host()
    {
        for (int id = 1; id < 200; id += 2)
        {
            _client.SendRequest(id);
        }
        for (int id = 1; id < 198; id += 2)
        {
            _client.SendReset(id);
        }
        _world.Run();
        Assert.Single(_upstream.Peers);
        Assert.Equal((1, 1), (_world.Count(DownstreamMetric.RequestTotal), _world.Count(UpstreamMetric.ConnectionTotal)));
        _upstream.Peers[0].Send("HTTP/1.1 204 No Content\r\n\r\n");
        _world.Run();
        Assert.Equal(204, _client.Stream(199).Response.Status);
        _client.SendRequest(201);
        _world.Run();
        Assert.StartsWith("GET / HTTP/1.1\r\n", _upstream.Peers[0].ReceivedText);
    }

    [Fact]
    public void Of_requests_that_are_reset_in_the_next_read_few_reach_a_host()
    {
        SendLateResets(1);
        long first = _world.Count(UpstreamMetric.ConnectionTotal);
        Assert.InRange(first, 4, 16); // Some turns have passed.
        SendLateResets(181);
        Assert.InRange(_world.Count(UpstreamMetric.ConnectionTotal) - first, 1, 4);

        void SendLateResets(int from)
        {
            for (int id = from; id < from + 180; id += 2)
            {
                _client.SendRequest(id, "POST", endStream: false);
                _client.SendData(id, "begins with its body, if it may");
            }
            for (int round = 0; round < 4; round++)
            {
                _world.Network.RunRound();
            }
            for (int id = from; id < from + 180; id += 2)
            {
                _client.SendReset(id);
            }
            _world.Run();
            Assert.Equal(0, _world.Count(DownstreamMetric.RequestActive));
        }
    }

    [Fact]
    public void Many_requests_at_once_all_begin_and_a_body_that_came_early_is_kept()
    {
        for (int id = 1; id < 180; id += 2)
        {
            _client.SendRequest(id, "POST", $"/{id}", endStream: false);
            _client.SendData(id, $"body {id}", endStream: true);
        }
        _world.Run();
        Assert.Equal(90, _upstream.Peers.Count);
        for (int i = 0; i < 90; i++)
        {
            int id = 1 + (2 * i);
            string text = _upstream.Peers[i].ReceivedText;
            Assert.StartsWith($"POST /{id} ", text);
            Assert.EndsWith($"\r\nbody {id}\r\n0\r\n\r\n", text);
        }
    }

    [Fact]
    public void Requests_of_a_connection_that_ends_in_the_same_read_reach_no_host()
    {
        _client.SendRequest(1);
        _client.SendRequest(3);
        _client.SendData(99, "on a stream that never was");
        _world.Run();
        Assert.Empty(_upstream.Peers);
        Assert.Equal(0, _world.Count(DownstreamMetric.RequestActive));
        Assert.NotNull(_client.GoAway);
    }

    [Fact]
    public void Requests_of_one_read_begin_in_their_order_and_those_with_a_body_when_it_comes()
    {
        _client.SendRequest(1, path: "/1");
        _client.SendRequest(3, "POST", "/3", endStream: false);
        _client.SendRequest(5, path: "/5");
        _client.SendRequest(7, path: "/7");
        _client.SendReset(5);
        _client.SendData(3, "body", endStream: true);
        _world.Run();
        string[] received = [.. _upstream.Peers.Select(static peer => peer.ReceivedText)];
        Assert.Equal(["POST /3", "GET /1", "GET /7"], received.Select(static text => text[..text.IndexOf(" HTTP/")]));
        Assert.EndsWith("\r\n4\r\nbody\r\n0\r\n\r\n", received[0]);
    }

    [Fact]
    public void A_client_that_cancels_every_other_request_is_none_of_them()
    {
        for (int id = 1; id < 4000; id += 4)
        {
            _client.SendRequest(id);
            _client.SendRequest(id + 2);
            _client.SendReset(id);
            _world.Run();
            _upstream.Peers[^1].Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            _world.Run();
            Assert.True(_client.Stream(id + 2).IsEnded);
        }
        Assert.False(_client.Peer.IsOver);
    }

    [Fact]
    public void Frames_that_make_us_reset_streams_end_the_connection()
    {
        for (int id = 1; id < 1000 && !_client.Peer.IsOver; id += 2)
        {
            _client.SendRequest(id, endStream: false);
            _client.SendWindow(id, 0);
            _world.Run();
        }
        AssertEnded(SelfMetric.Http2ProvokedResetTotal);
    }

    [Fact]
    public void A_field_block_that_does_not_end_is_cut_off()
    {
        _client.Send(Http2FrameType.Headers, Http2FrameFlags.None, 1, Http2Peer.Block((":method", "GET")));
        for (int i = 0; i < 1000 && !_client.Peer.IsOver; i++)
        {
            _client.Send(Http2FrameType.Continuation, Http2FrameFlags.None, 1, Http2Peer.Block(("x", new string('a', 1000))));
            _world.Run();
        }
        AssertEnded(SelfMetric.Http2ContinuationFloodTotal);
    }

    [Fact]
    public void Empty_continuations_are_cut_off()
    {
        _client.Send(Http2FrameType.Headers, Http2FrameFlags.None, 1, Http2Peer.Block((":method", "GET")));
        for (int i = 0; i < 1000 && !_client.Peer.IsOver; i++)
        {
            _client.Send(Http2FrameType.Continuation, Http2FrameFlags.None, 1);
            _world.Run();
        }
        AssertEnded(SelfMetric.Http2ContinuationFloodTotal);
    }

    [Fact]
    public void Too_many_settings_end_the_connection() =>
        Flood(SelfMetric.Http2SettingsFloodTotal, () => _client.SendSettings((4, 65535)));

    [Fact]
    public void Too_many_pings_end_the_connection() =>
        Flood(SelfMetric.Http2PingFloodTotal, () => _client.Send(Http2FrameType.Ping, Http2FrameFlags.None, 0, new byte[8]));

    [Fact]
    public void Too_many_priorities_end_the_connection() =>
        Flood(SelfMetric.Http2PriorityFloodTotal, () => _client.Send(Http2FrameType.Priority, Http2FrameFlags.None, 7, new byte[5]));

    [Fact]
    public void Too_many_unknown_frames_end_the_connection() =>
        Flood(SelfMetric.Http2PriorityFloodTotal, () => _client.Send((Http2FrameType)77, Http2FrameFlags.None, 7, new byte[5]));

    [Fact]
    public void Too_many_windows_for_nothing_end_the_connection() =>
        Flood(SelfMetric.Http2WindowUpdateFloodTotal, () => _client.SendWindow(0, 1));

    [Fact]
    public void Too_much_data_of_no_bytes_ends_the_connection()
    {
        _client.SendRequest(1, "POST", endStream: false);
        Flood(SelfMetric.Http2EmptyFrameFloodTotal, () => _client.Send(Http2FrameType.Data, Http2FrameFlags.None, 1));
    }

    [Fact]
    public void A_small_block_that_stands_for_a_very_large_list_ends_the_connection()
    {
        // One entry of 4000 bytes in the table, and references to it: 1 byte each stands for 4032.
        byte[] entry = [0x40, .. Http2Peer.Block(("bomb", new string('b', 3900)))[1..]];
        byte[] references = new byte[4000];
        references.AsSpan().Fill(0x80 | 62);
        _client.Send(Http2FrameType.Headers, Http2FrameFlags.EndHeaders | Http2FrameFlags.EndStream, 1, [.. entry, .. references]);
        _world.Run();
        AssertEnded(SelfMetric.Http2HeaderBombTotal);
    }

    [Fact]
    public void Answers_that_are_asked_for_and_not_read_end_the_connection()
    {
        // Cheap ones, and slowly enough for every other limit: what counts is that nobody reads.
        using ProxyWorld world = new(Http2World.Config(), new NarrowWeather());
        world.Upstream();
        Http2Peer client = world.Http2Client();
        client.Peer.PauseReading();
        for (int i = 0; i < 4000 && world.Count(SelfMetric.Http2OutputFloodTotal) == 0; i++)
        {
            client.Send(Http2FrameType.Ping, Http2FrameFlags.None, 0, new byte[8]);
            client.Peer.ReadSome(1); // Enough to be there.
            world.Advance(110);
        }
        Assert.Equal(1, world.Count(SelfMetric.Http2OutputFloodTotal));
    }

    [Fact]
    public void A_window_that_stays_shut_ends_the_stream_and_nothing_else()
    {
        Http2Peer client = _world.Http2Client((4, 0)); // No window for any stream.
        client.SendRequest(1);
        _world.Run();
        _upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        _world.Advance(50_000);
        Assert.True(client.Stream(1).HasHead);
        Assert.Null(client.Stream(1).Reset);
        _world.Advance(13_000);
        Assert.Equal(Http2ErrorCode.Cancel, client.Stream(1).Reset);
        Assert.Equal(1, _world.Count(SelfMetric.Http2WindowStallTotal));
        Assert.False(client.Peer.IsOver);
        Assert.Equal(0, _world.Count(DownstreamMetric.RequestActive));
    }

    [Fact]
    public void A_client_that_is_gone_without_a_word_is_found_out()
    {
        Http2Peer client = _world.Http2Client();
        client.AnswersPings = false;
        client.SendRequest(1, "POST", endStream: false, more: ("content-type", "application/grpc"));
        _client.SendRequest(1, "POST", endStream: false, more: ("content-type", "application/grpc"));
        _world.Advance(60_000);
        Assert.Equal(2, _world.Count(DownstreamMetric.RequestActive));
        _world.Advance(30_000);
        Assert.True(client.Peer.WasReset);
        _world.Advance(1_000_000);
        Assert.Equal(1, _world.Count(DownstreamMetric.RequestActive));
        Assert.False(_client.Peer.IsOver);
    }

    [Fact]
    public void A_body_that_drips_is_a_408()
    {
        _client.SendRequest(1, "POST", endStream: false);
        for (int seconds = 0; seconds < 130 && !_client.Stream(1).HasHead; seconds += 10)
        {
            _client.SendData(1, "x");
            _world.Advance(10_000);
        }
        Assert.Equal(408, _client.Stream(1).Response.Status);
        Assert.Equal(Http2ErrorCode.NoError, _client.Stream(1).Reset);
        Assert.Equal(1, _world.Count(SelfMetric.Http2SlowStreamTotal));
        Assert.False(_client.Peer.IsOver);
    }

    [Fact]
    public void A_frame_that_drips_ends_the_connection()
    {
        _client.Peer.Send([0, 0, 8, 6, 0, 0, 0, 0, 0]);
        for (int seconds = 0; seconds < 70 && !_client.Peer.IsOver; seconds += 10)
        {
            _client.Peer.Send([1]);
            _world.Advance(10_000);
        }
        AssertEnded(SelfMetric.Http2SlowStreamTotal);
    }

    [Fact]
    public void A_client_that_says_nothing_after_its_preface_loses_the_connection()
    {
        MemoryPeer peer = _world.Client();
        peer.Send(Http2Preface.Bytes);
        _world.Advance(70_000);
        Assert.True(peer.IsOver);
        Assert.Equal(1, _world.Count(SelfMetric.Http2SlowStreamTotal));
    }

    [Fact]
    public void A_head_that_is_too_large_is_a_431_and_the_connection_goes_on()
    {
        for (int i = 0; i < 5; i++)
        {
            (string, string)[] many = [.. Enumerable.Range(0, 140).Select(j => ($"x{j}", new string('a', 50 + i)))];
            _client.SendRequest(1 + (2 * i), more: many);
        }
        _client.SendRequest(11);
        _world.Run();
        Assert.Equal(431, _client.Stream(1).Response.Status);
        Assert.Equal(431, _client.Stream(9).Response.Status);
        _upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        _world.Run();
        Assert.Equal(200, _client.Stream(11).Response.Status);
        Assert.Equal(5, _world.Count(SelfMetric.RequestsRejectedTotal));
    }

    [Fact]
    public void Streams_above_the_limit_are_refused()
    {
        for (int id = 1; id <= 259; id += 2)
        {
            _client.SendRequest(id);
        }
        _world.Run();
        Assert.Equal(128, _world.Count(DownstreamMetric.RequestActive));
        Assert.Equal(Http2ErrorCode.RefusedStream, _client.Stream(257).Reset);
        Assert.Equal(Http2ErrorCode.RefusedStream, _client.Stream(259).Reset);
        Assert.Null(_client.Stream(255).Reset);
    }

    [Fact]
    public void Resets_of_what_is_over_end_the_connection() =>
        Flood(SelfMetric.Http2PriorityFloodTotal, () =>
        {
            if (!_client.Stream(1).IsEnded)
            {
                _client.SendRequest(1, "HEAD");
                _world.Run();
                _upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
            _client.SendReset(1);
        });

    [Fact]
    public void Answers_to_pings_that_nobody_sent_end_the_connection() =>
        Flood(
            SelfMetric.Http2PingFloodTotal,
            () => _client.Send(Http2FrameType.Ping, Http2FrameHeader.Ack, 0, "mosn_bye"u8));

    [Fact]
    public void Too_many_goodbyes_end_the_connection() =>
        Flood(SelfMetric.Http2PriorityFloodTotal, () => _client.SendGoAway(0));

    [Fact]
    public void A_window_that_opens_byte_by_byte_ends_the_connection()
    {
        Http2Peer client = _world.Http2Client((4, 0));
        client.GivesWindow = false;
        client.SendRequest(1);
        _world.Run();
        _upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n" + new string('a', 50_000));
        for (int i = 0; i < 5000 && !client.Peer.IsOver; i++)
        {
            client.SendWindow(1, 1);
            _world.Run();
        }
        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, client.GoAway?.Code);
        Assert.Equal(1, _world.Count(SelfMetric.Http2WindowUpdateFloodTotal));
    }

    [Fact]
    public void A_window_that_opens_byte_by_byte_now_and_then_ends_the_stream()
    {
        Http2Peer client = _world.Http2Client((4, 0));
        client.GivesWindow = false;
        client.SendRequest(1);
        _world.Run();
        _upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n" + new string('a', 50_000));
        for (int i = 0; i < 20 && client.Stream(1).Reset is null; i++)
        {
            client.SendWindow(1, 1);
            _world.Advance(10_000);
        }
        Assert.Equal(Http2ErrorCode.Cancel, client.Stream(1).Reset);
        Assert.Equal(1, _world.Count(SelfMetric.Http2WindowStallTotal));
        Assert.False(client.Peer.IsOver);
    }

    [Fact]
    public void Responses_that_are_asked_for_and_not_read_end_the_connection()
    {
        // They have no body, so each is over for us, and makes room for the next, when it is written.
        using ProxyWorld world = new(Http2World.Config(), new NarrowWeather());
        MemoryHost upstream = world.Upstream();
        Http2Peer client = world.Http2Client();
        client.Peer.PauseReading();
        for (int id = 1; id < 40_000 && world.Count(SelfMetric.Http2OutputFloodTotal) == 0; id += 2)
        {
            client.SendRequest(id, "HEAD");
            world.Run();
            foreach (MemoryPeer peer in upstream.Peers)
            {
                peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
            }
            world.Run();
        }
        Assert.Equal(1, world.Count(SelfMetric.Http2OutputFloodTotal));
        Assert.NotEqual(0, world.Network.RentedChunks);
        for (int i = 0; i < 42; i++)
        {
            client.Peer.ReadSome(350); // Now and then, so that something moves.
            world.Advance(10_000);
        }
        Assert.Equal(0, world.Count(DownstreamMetric.ConnectionActive));
        Assert.Equal(0, world.Network.RentedChunks);
    }

    [Fact]
    public void Interim_responses_that_nobody_reads_are_dropped()
    {
        using ProxyWorld world = new(Http2World.Config(), new NarrowWeather());
        MemoryHost upstream = world.Upstream();
        Http2Peer client = world.Http2Client();
        client.SendRequest(1);
        world.Run();
        client.Peer.PauseReading();
        for (int i = 0; i < 20_000; i++)
        {
            upstream.Peers[0].Send($"HTTP/1.1 103 Early Hints\r\nLink: </{i}>\r\n\r\n");
        }
        world.Run();
        upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        client.Peer.ResumeReading();
        world.Run();
        Assert.InRange(client.Stream(1).Interim.Count, 100, 10_000);
        Assert.True(client.Stream(1).IsEnded);
    }

    [Fact]
    public void Requests_of_one_connection_do_not_stop_the_loop_for_the_others()
    {
        using ProxyWorld world = new(Http2World.Config().Replace(
            """ "route": { "cluster_name": "upstream", "upstream_protocol": "Http1" } """.Trim(),
            """ "direct_response": { "status": 204 } """,
            StringComparison.Ordinal));
        Http2Peer client = world.Http2Client();
        Http2Peer other = world.Http2Client();
        long before = -1;
        other.OnEnded = _ => before = world.Count(DownstreamMetric.RequestTotal);
        for (int wave = 0; wave < 4; wave++)
        {
            for (int id = 1; id < 240; id += 2)
            {
                client.SendRequest((wave * 240) + id);
            }
            long here = world.Count(DownstreamMetric.RequestTotal);
            other.SendRequest(1 + (2 * wave));
            world.Run();
            Assert.InRange(before - here, 1, 65);
        }
        Assert.Equal(484, world.Count(DownstreamMetric.RequestTotal));
    }

    [Fact]
    public void What_nobody_reads_of_a_body_is_not_more_than_the_windows()
    {
        using ProxyWorld world = new(Http2World.Config());
        MemoryHost upstream = world.Upstream(static peer => peer.PauseReading());
        Http2Peer client = world.Http2Client();
        client.SendRequest(1, "POST", endStream: false);
        client.SendData(1, new byte[64 * 1024]);
        world.Run();
        Assert.Null(client.GoAway);
        client.SendData(1, new byte[1024 * 1024]); // Without a window.
        world.Run();
        Assert.True(client.Stream(1).Reset == Http2ErrorCode.FlowControlError || client.GoAway is not null);
        client.Peer.Close();
        upstream.Peers[0].Reset();
        world.Advance(70_000);
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void A_flood_that_goes_on_after_the_end_is_reset_and_not_read_for_long()
    {
        for (int i = 0; i < 2000 && !_client.Peer.InputEnded; i++)
        {
            _client.Send(Http2FrameType.Ping, Http2FrameFlags.None, 0, new byte[8]);
            _world.Run();
        }
        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, _client.GoAway?.Code);
        long sent = _client.Peer.SentTotal;
        for (int i = 0; i < 100 && !_client.Peer.WasReset; i++)
        {
            _client.Peer.Send(new byte[16 * 1024]);
            _world.Run();
        }
        Assert.True(_client.Peer.WasReset);
        Assert.InRange(_client.Peer.SentTotal - sent, 1, 512 * 1024);
        _world.Advance(70_000);
        Assert.Empty(_world.Leaks());
    }

    private sealed class NarrowWeather : MemoryWeather
    {
        public override int BufferBytes() => 1024;
    }

    private void Flood(SelfMetric metric, Action act)
    {
        for (int i = 0; i < 2000 && !_client.Peer.IsOver; i++)
        {
            act();
            _world.Run();
        }
        AssertEnded(metric);
    }

    private void AssertEnded(SelfMetric metric)
    {
        _world.Run();
        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, _client.GoAway?.Code);
        Assert.True(_client.Peer.InputEnded);
        Assert.Equal(1, _world.Count(metric));
        _client.Peer.Close();
        foreach (MemoryPeer peer in _upstream.Peers)
        {
            peer.Close();
        }
        _world.Advance(70_000);
        Assert.Empty(_world.Leaks());
    }
}
