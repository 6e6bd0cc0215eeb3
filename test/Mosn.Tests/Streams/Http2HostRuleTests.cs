using Mosn.Protocols.Http2;
using Mosn.Testing;
using static Mosn.Protocols.Http2.Http2ErrorCode;

namespace Mosn.Tests.Streams;

/// <summary>What hosts must and must not do, and what we owe them: RFC 9113, seen from the client's side.</summary>
public sealed class Http2HostRuleTests : IDisposable
{
    private readonly Http2RuleWorld _world = new("Http2");

    private Http2Peer Client => _world.Client;

    private Http2Peer Host => _world.Host;

    public void Dispose() => _world.Dispose();

    [Fact]
    public void The_preface_is_followed_by_settings_that_refuse_pushes() // 3.4, 6.5.2, 8.4
    {
        Request(1);
        Http2PeerFrame settings = Host.Frames[0];
        Assert.Equal((Http2FrameType.Settings, 0), (settings.Type, settings.StreamId));
        Assert.Equal([0, 2, 0, 0, 0, 0], settings.Payload[..6]);
    }

    [Fact]
    public void Streams_have_odd_numbers_that_grow() // 5.1.1
    {
        for (int id = 1; id < 10; id += 2)
        {
            Request(id);
        }
        Http2PeerFrame[] heads = [.. Host.Frames.Where(static frame => frame.Type == Http2FrameType.Headers)];
        Assert.Equal([1, 3, 5, 7, 9], heads.Select(static frame => frame.StreamId));
    }

    [Fact]
    public void A_host_whose_first_frame_is_no_settings_is_left() // 3.4
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"));
        Http2Peer host = null!;
        world.Upstream(peer =>
        {
            host = new Http2Peer(peer, isServer: true);
            host.Send(Http2FrameType.Ping, Http2FrameFlags.None, 0, new byte[8]);
        });
        Http2Peer client = world.Http2Client();
        client.SendRequest(1);
        world.Run();
        Assert.Equal(ProtocolError, host.GoAway?.Code);
        Assert.True(host.Peer.IsOver);
        Assert.Equal(502, client.Stream(1).Response.Status);
    }

    [Theory]
    [InlineData(Http2FrameType.Data, 0, 5, ProtocolError)] // 6.1
    [InlineData(Http2FrameType.Data, 3, 5, ProtocolError)] // 5.1: idle.
    [InlineData(Http2FrameType.Data, 2, 5, ProtocolError)]
    [InlineData(Http2FrameType.Headers, 0, 5, ProtocolError)] // 6.2
    [InlineData(Http2FrameType.Headers, 2, 0, ProtocolError)] // 5.1.1, 8.4: not promised.
    [InlineData(Http2FrameType.Headers, 3, 0, ProtocolError)] // 5.1: idle.
    [InlineData(Http2FrameType.RstStream, 3, 4, ProtocolError)] // 6.4
    [InlineData(Http2FrameType.RstStream, 1, 5, FrameSizeError)]
    [InlineData(Http2FrameType.Settings, 1, 0, ProtocolError)] // 6.5
    [InlineData(Http2FrameType.Settings, 0, 5, FrameSizeError)]
    [InlineData(Http2FrameType.PushPromise, 1, 5, ProtocolError)] // 6.6
    [InlineData(Http2FrameType.Ping, 0, 7, FrameSizeError)] // 6.7
    [InlineData(Http2FrameType.GoAway, 0, 7, FrameSizeError)] // 6.8
    [InlineData(Http2FrameType.GoAway, 1, 8, ProtocolError)]
    [InlineData(Http2FrameType.WindowUpdate, 0, 4, ProtocolError)] // 6.9
    [InlineData(Http2FrameType.Continuation, 1, 5, ProtocolError)] // 6.10
    [InlineData(Http2FrameType.Data, 1, 16_385, FrameSizeError)] // 4.2
    public void A_frame_that_no_host_may_send_ends_its_connection(
        Http2FrameType type, int id, int length, Http2ErrorCode code)
    {
        Request(1);
        Host.Send(type, Http2FrameFlags.EndHeaders, id, new byte[length]);
        _world.AssertConnectionError(code, Host);
        Assert.Equal(502, Client.Stream(1).Response.Status);
        _world.AssertAlive(); // The client's connection has nothing to do with it.
    }

    [Fact]
    public void A_host_does_not_ask_for_pushes() // 6.5.2
    {
        Request(1);
        Host.SendSettings((2, 1));
        _world.AssertConnectionError(ProtocolError, Host);
    }

    [Fact]
    public void A_block_that_cannot_be_decoded_ends_the_connection() // 4.3
    {
        Request(1);
        Host.Send(Http2FrameType.Headers, Http2FrameFlags.EndHeaders, 1, 0x88, 0xBE);
        _world.AssertConnectionError(CompressionError, Host);
        Assert.Equal(502, Client.Stream(1).Response.Status);
    }

    [Theory]
    [InlineData("server", "s")]
    [InlineData(":status", "99")]
    [InlineData(":status", "101")]
    [InlineData(":status", "200|:status|200")]
    [InlineData(":status", "200|Server|s")]
    [InlineData(":status", "200|connection|close")]
    [InlineData(":status", "200|:path|/")]
    [InlineData(":status", "200|x-a|1\r\nset-cookie: 2")]
    [InlineData(":status", "200|content-length|x")]
    public void A_malformed_response_is_a_502_and_the_connection_goes_on(string name, string rest) // 8.1.1
    {
        Request(1);
        string[] parts = [name, .. rest.Split('|')];
        Host.SendHead(1, endStream: false, [.. parts.Chunk(2).Select(static pair => (pair[0], pair[1]))]);
        _world.AssertStreamError(1, ProtocolError, Host);
        Assert.Equal(502, Client.Stream(1).Response.Status);
    }

    [Fact]
    public void Data_follows_a_head() // 8.1
    {
        Request(1);
        Host.SendData(1, "early");
        _world.AssertStreamError(1, ProtocolError, Host);
        Assert.Equal(502, Client.Stream(1).Response.Status);
    }

    [Fact]
    public void An_interim_response_does_not_end_the_stream() // 8.1
    {
        Request(1);
        Host.SendHead(1, endStream: true, (":status", "103"));
        _world.AssertStreamError(1, ProtocolError, Host);
        Assert.Equal(502, Client.Stream(1).Response.Status);
    }

    [Fact]
    public void There_is_one_final_head() // 8.1
    {
        Request(1);
        Host.SendHead(1, endStream: false, (":status", "200"));
        Host.SendHead(1, endStream: false, (":status", "200"));
        _world.AssertStreamError(1, ProtocolError, Host);
        Assert.NotNull(Client.Stream(1).Reset); // Half a response must not look like a whole one.
    }

    [Theory]
    [InlineData("4")]
    [InlineData("6")]
    public void A_body_is_as_long_as_it_was_said_to_be(string length) // 8.1.1
    {
        Request(1);
        Host.SendHead(1, endStream: false, (":status", "200"), ("content-length", length));
        Host.SendData(1, "hello", endStream: true);
        _world.AssertStreamError(1, ProtocolError, Host);
        Assert.False(Client.Stream(1).IsEnded);
        Assert.NotNull(Client.Stream(1).Reset);
    }

    [Theory]
    [InlineData("HEAD", "200")]
    [InlineData("GET", "204")]
    [InlineData("GET", "304")]
    public void A_response_that_has_no_body_gets_none(string method, string status) // 8.1.1
    {
        Client.SendRequest(1, method);
        _world.Run();
        Host.SendHead(1, endStream: false, (":status", status), ("content-length", "5"));
        Host.SendData(1, "hello", endStream: true);
        _world.AssertStreamError(1, ProtocolError, Host);
    }

    [Theory]
    [InlineData("HEAD", "200")]
    [InlineData("GET", "304")]
    public void Such_a_response_may_end_by_data_of_no_bytes(string method, string status) // 8.1
    {
        Client.SendRequest(1, method);
        _world.Run();
        Host.SendHead(1, endStream: false, (":status", status), ("content-length", "5"));
        Host.SendData(1, "", endStream: true);
        _world.AssertIgnored(Host);
        Assert.True(Client.Stream(1).IsEnded);
        Assert.Equal("5", Client.Stream(1).Field("content-length"));
    }

    [Fact]
    public void A_host_gets_no_more_streams_than_it_allows() // 5.1.2
    {
        using Http2RuleWorld world = new("Http2") { HostSettings = [(3, 1)] };
        for (int id = 1; id < 8; id += 2)
        {
            world.Client.SendRequest(id);
            world.Run();
        }
        Assert.Equal(4, world.Hosts.Count);
        Assert.All(world.Hosts, static host => Assert.Single(host.Streams));
    }

    [Fact]
    public void A_host_gets_no_more_of_a_body_than_its_windows() // 6.9.1
    {
        using Http2RuleWorld world = new("Http2") { HostSettings = [(4, 1000)] };
        world.Client.SendRequest(1, "POST", endStream: false);
        world.Run();
        world.Host.GivesWindow = false;
        world.Client.SendData(1, new byte[5000], endStream: true);
        world.Run();
        Assert.Equal(1000, world.Host.Stream(1).BodyLength);
        world.Host.SendWindow(1, 10_000);
        world.Run();
        Assert.Equal(5000, world.Host.Stream(1).BodyLength);
        Assert.True(world.Host.Stream(1).IsEnded);
    }

    [Fact]
    public void A_window_of_zero_holds_a_body_back_and_nothing_else() // 6.9.2
    {
        using Http2RuleWorld world = new("Http2") { HostSettings = [(4, 0)] };
        world.Client.SendRequest(1);
        world.Run();
        world.Host.GivesWindow = false;
        world.Client.SendRequest(3, "POST", endStream: false);
        world.Client.SendData(3, "hello", endStream: true);
        world.Client.SendRequest(5);
        world.Run();
        Assert.True(world.Host.Stream(3).HasHead);
        Assert.Equal(0, world.Host.Stream(3).BodyLength);
        Assert.True(world.Host.Stream(5).IsEnded);
        world.Host.SendSettings((4, 3));
        world.Run();
        Assert.Equal("hel", world.Host.Stream(3).BodyText);
    }

    [Fact]
    public void What_was_under_way_when_a_request_was_given_up_is_ignored_but_decoded() // 5.1, 4.3
    {
        Request(1);
        Request(3);
        Client.SendReset(1);
        _world.Run();
        Assert.Equal(Cancel, Host.Stream(1).Reset);
        Host.Send(
            Http2FrameType.Headers, Http2FrameFlags.EndHeaders, 1, [0x88, 0x40, 3, .. "x-a"u8, 1, (byte)'1']);
        Host.SendData(1, "late", endStream: true);
        Host.Send(Http2FrameType.Headers, Http2FrameFlags.EndHeaders | Http2FrameFlags.EndStream, 3, 0x88, 0xBE);
        _world.AssertAlive(Host);
        Assert.Equal("1", Client.Stream(3).Field("x-a"));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void On_a_stream_that_a_host_has_ended_it_sends_nothing_more(bool byReset, bool isHead) // 5.1, 6.1
    {
        Request(1);
        if (byReset)
        {
            Host.SendReset(1);
        }
        else
        {
            Host.SendHead(1, endStream: true, (":status", "200"));
        }
        _world.Run();
        for (int i = 0; i < 2; i++)
        {
            if (isHead)
            {
                Host.SendHead(1, endStream: true, (":status", "200"));
            }
            else
            {
                Host.SendData(1, "more");
            }
        }
        _world.AssertStreamError(1, StreamClosed, Host);
        Assert.Single(Host.Frames, static frame => frame.Type == Http2FrameType.RstStream);
    }

    [Fact]
    public void A_host_may_be_late_with_one_of_more_requests_than_anybody_remembers() // 5.1
    {
        const int Count = 300;
        for (int id = 1; id < 2 * Count; id += 2)
        {
            Request(id);
            _world.World.Advance(1100); // Not in a hurry: that would be an attack.
            Client.SendReset(id);
            _world.Run();
        }
        Assert.Single(_world.Hosts);
        Host.Frames.Clear();
        Host.SendData(1, "late");
        _world.AssertIgnored(Host);
    }

    [Fact]
    public void A_request_larger_than_a_host_takes_is_a_431_that_it_does_not_see() // 6.5.2, 10.5.1
    {
        _world.HostSettings = [(6, 1000)];
        Request(1);
        Client.SendRequest(3, more: ("x-large", new string('v', 1000)));
        Client.SendRequest(5, more: ("x-large", new string('v', 500)));
        _world.Run();
        Assert.Equal(431, Client.Stream(3).Response.Status);
        Assert.Equal(500, Host.Stream(3).Field("x-large")?.Length);
        _world.AssertAlive(Host);
    }

    [Fact]
    public void Requests_larger_than_hosts_take_do_not_count_against_them()
    {
        using ProxyWorld world = new(Http2World.Config(
            cluster: """, "outlier_detection": { "consecutive_5xx": 2, "max_ejection_percent": 50 } """,
            hosts: 2,
            upstream: "Http2"));
        List<Http2Peer> hosts = [];
        for (int i = 0; i < 2; i++)
        {
            world.Upstream(
                peer =>
                {
                    Http2Peer host = new(peer, isServer: true);
                    host.OnRequest = stream => host.SendHead(stream.Id, endStream: true, (":status", "200"));
                    host.Start((6, 1000));
                    hosts.Add(host);
                },
                i);
        }
        Http2Peer client = world.Http2Client();
        for (int id = 1; id < 24; id += 2)
        {
            bool isLarge = id is > 4 and < 16;
            client.SendRequest(id, more: ("x-large", new string('v', isLarge ? 1000 : 1)));
            world.Run();
            Assert.Equal(isLarge ? 431 : 200, client.Stream(id).Response.Status);
        }
        Assert.Equal([3, 3], hosts.Select(static host => host.Streams.Count));
    }

    [Fact]
    public void Trailers_larger_than_a_host_takes_end_the_request() // 6.5.2, 10.5.1
    {
        _world.HostSettings = [(6, 1000)];
        Request(1);
        Client.SendRequest(3, "POST", endStream: false);
        _world.Run();
        Client.SendData(3, "body");
        Client.SendHead(3, endStream: true, ("x-large", new string('v', 1000)));
        _world.AssertStreamError(3, Cancel, Host);
        Assert.Equal(431, Client.Stream(3).Response.Status);
    }

    [Fact]
    public void A_host_that_goes_away_gets_no_new_streams_and_answers_those_it_has() // 6.8
    {
        Request(1);
        Host.SendGoAway(1);
        _world.Run();
        Request(3);
        Assert.Equal(2, _world.Hosts.Count);
        Assert.DoesNotContain(3, Host.Streams.Keys);
        Host.SendHead(1, endStream: true, (":status", "200"));
        _world.Hosts[1].SendHead(1, endStream: true, (":status", "201"));
        _world.Run();
        Assert.Equal((200, 201), (Client.Stream(1).Response.Status, Client.Stream(3).Response.Status));
    }

    [Fact]
    public void A_host_may_answer_and_then_refuse_the_rest_of_a_request() // 8.1
    {
        Client.SendRequest(1, "POST", endStream: false);
        _world.Run();
        Host.SendHead(1, endStream: false, (":status", "403"));
        Host.SendData(1, "no", endStream: true);
        Host.SendReset(1, NoError);
        _world.Run();
        Http2PeerStream stream = Client.Stream(1);
        Assert.Equal((403, "no", true), (stream.Response.Status, stream.BodyText, stream.IsEnded));
        Client.SendData(1, "late", endStream: true);
        _world.AssertAlive(Host);
        _world.AssertAlive();
    }

    [Fact]
    public void Settings_and_pings_of_a_host_are_answered() // 6.5.3, 6.7
    {
        Request(1);
        Host.SendSettings((4, 100));
        _world.AssertAlive(Host);
        Assert.Equal(2, Host.Frames.Count(static frame =>
            frame.Type == Http2FrameType.Settings && frame.Header.Has(Http2FrameHeader.Ack)));
    }

    [Fact]
    public void Padding_of_a_host_is_no_part_of_a_response() // 6.1, 6.2
    {
        Request(1);
        byte[] head = Http2Peer.Block((":status", "200"));
        Host.Send(
            Http2FrameType.Headers, Http2FrameFlags.EndHeaders | Http2FrameFlags.Padded, 1, [9, .. head, .. new byte[9]]);
        byte[] body = [7, .. "hello"u8, .. new byte[7]];
        Host.Send(Http2FrameType.Data, Http2FrameFlags.EndStream | Http2FrameFlags.Padded, 1, body);
        _world.AssertIgnored(Host);
        Assert.Equal((200, "hello"), (Client.Stream(1).Response.Status, Client.Stream(1).BodyText));
    }

    [Fact]
    public void Windows_of_a_host_do_not_overflow() // 6.9.1
    {
        Request(1);
        Host.SendWindow(1, int.MaxValue);
        _world.AssertStreamError(1, FlowControlError, Host);
        Assert.Equal(502, Client.Stream(1).Response.Status);
        Host.SendWindow(0, int.MaxValue);
        _world.AssertConnectionError(FlowControlError, Host);
    }

    [Fact]
    public void A_host_sends_no_more_than_the_window_of_a_stream() // 6.9.1
    {
        Client.GivesWindow = false;
        Request(1);
        Host.SendHead(1, endStream: false, (":status", "200"));
        Host.SendData(1, new byte[10 * 1024 * 1024]);
        _world.Run();
        Assert.True(Host.Stream(1).Reset == FlowControlError || Host.GoAway?.Code == FlowControlError);
        Assert.NotNull(Client.Stream(1).Reset);
    }

    [Fact]
    public void Nothing_comes_between_the_frames_of_a_block() // 6.2
    {
        Request(1);
        Host.Send(Http2FrameType.Headers, Http2FrameFlags.None, 1, 0x88);
        Host.Send(Http2FrameType.Ping, Http2FrameFlags.None, 0, new byte[8]);
        _world.AssertConnectionError(ProtocolError, Host);
    }

    [Fact]
    public void A_response_may_come_in_many_frames() // 6.10
    {
        Request(1);
        byte[] head = Http2Peer.Block((":status", "200"), ("x-a", "1"), ("x-b", "2"));
        Host.Send(Http2FrameType.Headers, Http2FrameFlags.EndStream, 1);
        foreach (byte[] piece in head.Chunk(3))
        {
            Host.Send(Http2FrameType.Continuation, Http2FrameFlags.None, 1, piece);
        }
        Host.Send(Http2FrameType.Continuation, Http2FrameFlags.EndHeaders, 1);
        _world.AssertIgnored(Host);
        Assert.Equal("2", Client.Stream(1).Field("x-b"));
        Assert.True(Client.Stream(1).IsEnded);
    }

    [Fact]
    public void A_request_that_was_refused_is_sent_again() // 8.7
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2", hosts: 2));
        List<Http2Peer> hosts = [];
        for (int i = 0; i < 2; i++)
        {
            world.Upstream(
                peer =>
                {
                    Http2Peer host = new(peer, isServer: true);
                    host.Start();
                    bool refuses = hosts.Count == 0;
                    host.OnEnded = stream =>
                    {
                        if (refuses)
                        {
                            host.SendReset(stream.Id, RefusedStream);
                        }
                        else
                        {
                            host.SendHead(stream.Id, endStream: true, (":status", "200"));
                        }
                    };
                    hosts.Add(host);
                },
                i);
        }
        Http2Peer client = world.Http2Client();
        client.SendRequest(1, "POST");
        world.Run();
        Assert.Equal(2, hosts.Count);
        Assert.Equal(200, client.Stream(1).Response.Status);
    }

    [Fact]
    public void The_control_data_of_a_request_stands_first_and_is_whole() // 8.3
    {
        Client.SendRequest(1, "PUT", "/p?q", more: [("x-a", "1"), ("te", "trailers")]);
        _world.Run();
        Http2PeerStream stream = Host.Stream(1);
        Assert.Equal("PUT", System.Text.Encoding.ASCII.GetString(stream.Request.Method));
        Assert.Equal("/p?q", System.Text.Encoding.ASCII.GetString(stream.Request.Target));
        Assert.Equal("http", System.Text.Encoding.ASCII.GetString(stream.Request.Scheme));
        Assert.Equal(("a", "1", "trailers"), (stream.Field("host"), stream.Field("x-a"), stream.Field("te")));
    }

    private void Request(int id)
    {
        Client.SendRequest(id);
        _world.Run();
    }
}
