using Mosn.Protocols.Http2;
using Mosn.Testing;
using static Mosn.Protocols.Http2.Http2ErrorCode;

namespace Mosn.Tests.Streams;

/// <summary>What each frame from a client must and must not be: RFC 9113 section 6, rule by rule.</summary>
public sealed class Http2FrameRuleTests : IDisposable
{
    private const Http2FrameFlags None = Http2FrameFlags.None;
    private const Http2FrameFlags EndHeaders = Http2FrameFlags.EndHeaders;
    private const Http2FrameFlags EndStream = Http2FrameFlags.EndStream;
    private const Http2FrameFlags Padded = Http2FrameFlags.Padded;

    private static readonly byte[] Get =
        Http2Peer.Block((":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"));

    private readonly Http2RuleWorld _world = new();

    private Http2Peer Client => _world.Client;

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(Http2FrameType.Data)] // 6.1
    [InlineData(Http2FrameType.Headers)] // 6.2
    [InlineData(Http2FrameType.Priority)] // 6.3
    [InlineData(Http2FrameType.RstStream)] // 6.4
    [InlineData(Http2FrameType.PushPromise)] // 6.6
    [InlineData(Http2FrameType.Continuation)] // 6.10
    public void What_concerns_a_stream_names_one(Http2FrameType type)
    {
        Client.Send(type, EndHeaders, 0, type == Http2FrameType.RstStream ? new byte[4] : new byte[5]);
        _world.AssertConnectionError(ProtocolError);
    }

    [Theory]
    [InlineData(Http2FrameType.Settings, 6)] // 6.5
    [InlineData(Http2FrameType.Ping, 8)] // 6.7
    [InlineData(Http2FrameType.GoAway, 8)] // 6.8
    public void What_concerns_the_connection_names_no_stream(Http2FrameType type, int length)
    {
        Client.SendRequest(1);
        Client.Send(type, None, 1, new byte[length]);
        _world.AssertConnectionError(ProtocolError);
    }

    [Theory]
    [InlineData(Http2FrameType.RstStream, 3)] // 6.4
    [InlineData(Http2FrameType.RstStream, 5)]
    [InlineData(Http2FrameType.Settings, 5)] // 6.5
    [InlineData(Http2FrameType.Settings, 7)]
    [InlineData(Http2FrameType.Ping, 7)] // 6.7
    [InlineData(Http2FrameType.Ping, 9)]
    [InlineData(Http2FrameType.GoAway, 7)] // 6.8
    [InlineData(Http2FrameType.WindowUpdate, 3)] // 6.9
    [InlineData(Http2FrameType.WindowUpdate, 5)]
    public void A_frame_of_a_size_that_its_type_does_not_have_ends_the_connection(Http2FrameType type, int length)
    {
        bool isOfStream = type is Http2FrameType.RstStream or Http2FrameType.WindowUpdate;
        Client.SendRequest(1);
        Client.Send(type, None, isOfStream ? 1 : 0, new byte[length]);
        _world.AssertConnectionError(FrameSizeError);
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(4, 255)]
    [InlineData(1, 1)]
    public void Data_has_less_padding_than_payload(int length, byte padding) // 6.1
    {
        Client.SendRequest(1, "POST", endStream: false);
        byte[] payload = new byte[length];
        payload[0] = padding;
        Client.Send(Http2FrameType.Data, Padded, 1, payload);
        _world.AssertConnectionError(ProtocolError);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    public void Padding_of_data_is_not_part_of_the_body(byte padding) // 6.1
    {
        Client.SendRequest(1, "POST", endStream: false, more: ("content-length", "10"));
        for (int i = 0; i < 2; i++)
        {
            byte[] padded = [padding, .. "hello"u8, .. new byte[padding]];
            Client.Send(Http2FrameType.Data, Padded | (i == 1 ? EndStream : None), 1, padded);
            _world.Run();
        }
        _world.AssertIgnored();
        Assert.EndsWith("\r\n\r\nhellohello", _world.Upstream.Peers[0].ReceivedText, StringComparison.Ordinal);
    }

    [Fact]
    public void Padding_of_data_counts_for_the_windows() // 6.1, 6.9.1
    {
        Client.SendRequest(1, "POST", endStream: false);
        byte[] padded = [255, .. new byte[255]];
        for (int i = 0; i < 400; i++)
        {
            Client.Send(Http2FrameType.Data, Padded, 1, padded);
            _world.World.Advance(110); // Slowly: a frame without content is no good one.
        }
        _world.AssertIgnored();
        Assert.InRange(Windows(1), 50_000, 102_400); // Or the stream would have come to a halt.
    }

    [Theory]
    [InlineData(Padded, "")]
    [InlineData(Padded, "01")]
    [InlineData(Padded, "ff 82 86 84")]
    [InlineData(Padded | Http2FrameFlags.Priority, "01 00000000 00")]
    public void A_head_has_no_more_padding_than_there_is_room_for(Http2FrameFlags flags, string hex) // 6.2
    {
        byte[] payload = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Client.Send(Http2FrameType.Headers, EndHeaders | EndStream | flags, 1, payload);
        _world.AssertConnectionError(payload.Length == 0 ? FrameSizeError : ProtocolError);
    }

    [Fact]
    public void Padding_and_priority_of_a_head_are_ignored() // 6.2, 5.3.1
    {
        byte[] padded = [7, 0x80, 0, 0, 1, 255, .. Get, .. new byte[7]];
        Client.Send(Http2FrameType.Headers, EndHeaders | EndStream | Padded | Http2FrameFlags.Priority, 1, padded);
        _world.AssertIgnored();
        Assert.Equal("GET / HTTP/1.1\r\nHost: a\r\n\r\n", _world.Upstream.Peers[0].ReceivedText);
    }

    [Fact]
    public void A_priority_has_five_bytes() // 6.3
    {
        Client.SendRequest(1);
        _world.Run();
        Client.Send(Http2FrameType.Priority, None, 1, 0, 0, 0, 0);
        _world.AssertStreamError(1, FrameSizeError);
        _world.Upstream.Peers[^1].Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        _world.Run();
        Assert.False(Client.Stream(1).HasHead); // Nothing follows the reset.
    }

    [Fact]
    public void What_cannot_be_reset_because_it_is_idle_costs_the_connection() // 5.4.2, 6.3, 6.4
    {
        Client.Send(Http2FrameType.Priority, None, 7, 0, 0, 0, 0);
        _world.AssertConnectionError(FrameSizeError);
        Assert.DoesNotContain(7, Client.Streams.Keys);
    }

    [Fact]
    public void Settings_are_acknowledged_each_in_its_turn() // 6.5, 6.5.3
    {
        int before = Acknowledgements();
        Client.SendSettings();
        Client.SendSettings((4, 100), (3, 5));
        _world.Run();
        Assert.Equal(before + 2, Acknowledgements());
    }

    [Fact]
    public void An_acknowledgement_of_settings_says_nothing_more() // 6.5
    {
        Client.Send(Http2FrameType.Settings, Http2FrameHeader.Ack, 0, new byte[6]);
        _world.AssertConnectionError(FrameSizeError);
    }

    [Theory]
    [InlineData(2, 2, ProtocolError)] // ENABLE_PUSH
    [InlineData(4, 0x8000_0000, FlowControlError)] // INITIAL_WINDOW_SIZE
    [InlineData(4, uint.MaxValue, FlowControlError)]
    [InlineData(5, 16_383, ProtocolError)] // MAX_FRAME_SIZE
    [InlineData(5, 16_777_216, ProtocolError)]
    [InlineData(8, 2, ProtocolError)] // RFC 8441 section 3
    public void A_setting_has_a_value_of_those_it_may_have(int id, uint value, Http2ErrorCode code) // 6.5.2
    {
        Client.SendSettings((id, value));
        _world.AssertConnectionError(code);
    }

    [Theory]
    [InlineData(1, uint.MaxValue)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    [InlineData(4, 0x7FFF_FFFF)]
    [InlineData(5, 16_777_215)]
    [InlineData(6, 0)]
    [InlineData(0x4242, 7)] // Unknown.
    public void Other_settings_are_taken_or_ignored(int id, uint value) // 6.5.2
    {
        Client.SendSettings((id, value));
        _world.AssertIgnored();
        Client.SendSettings((4, 65_535));
        _world.AssertServed(1);
    }

    [Fact]
    public void Of_two_values_of_a_setting_the_later_counts() // 6.5.3
    {
        Client.SendSettings((4, 0), (4, 3));
        Client.GivesWindow = false;
        Client.SendRequest(1);
        _world.Run();
        _world.Upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789");
        _world.Run();
        Assert.Equal("012", Client.Stream(1).BodyText);
    }

    [Fact]
    public void A_client_does_not_promise() // 6.6, 8.4
    {
        Client.SendRequest(1);
        Client.Send(Http2FrameType.PushPromise, EndHeaders, 1, [0, 0, 0, 2, .. Get]);
        _world.AssertConnectionError(ProtocolError);
    }

    [Fact]
    public void A_ping_is_answered_with_what_it_said() => _world.AssertAlive(); // 6.7

    [Fact]
    public void The_answer_to_a_ping_is_not_answered() // 6.7
    {
        Client.Send(Http2FrameType.Ping, Http2FrameHeader.Ack, 0, new byte[8]);
        _world.Run();
        Assert.DoesNotContain(Client.Frames, static frame => frame.Type == Http2FrameType.Ping);
        _world.AssertAlive();
    }

    [Fact]
    public void A_client_that_goes_away_still_gets_its_responses() // 6.8
    {
        Client.SendRequest(1);
        _world.Run();
        Client.Send(Http2FrameType.GoAway, None, 0, [0, 0, 0, 0, 0, 0, 0, 0, .. "bye"u8]);
        _world.Run();
        _world.Upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        _world.Run();
        Assert.True(Client.Stream(1).IsEnded);
    }

    [Fact]
    public void A_window_grows_by_something() // 6.9
    {
        Client.SendRequest(1);
        Client.SendWindow(1, 0);
        _world.AssertStreamError(1, ProtocolError);
        Client.SendWindow(0, 0);
        _world.AssertConnectionError(ProtocolError);
    }

    [Fact]
    public void A_body_is_no_larger_than_the_window_of_its_stream() // 6.9.1
    {
        Client.GivesWindow = false;
        Client.SendSettings((4, 1000));
        Respond(5000);
        Assert.Equal(1000, Client.Stream(1).BodyLength);
        Client.SendWindow(1, 500);
        _world.Run();
        Assert.Equal(1500, Client.Stream(1).BodyLength);
        Client.SendWindow(1, 10_000);
        _world.Run();
        Assert.True(Client.Stream(1).IsEnded);
    }

    [Fact]
    public void Bodies_are_no_larger_than_the_window_of_the_connection() // 6.9.1
    {
        Client.GivesWindow = false;
        Client.SendSettings((4, 1_000_000));
        Respond(100_000);
        Assert.Equal(65_535, Client.Stream(1).BodyLength);
        Client.SendRequest(3);
        _world.Run();
        _world.Upstream.Peers[^1].Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        _world.Run();
        Assert.True(Client.Stream(3).HasHead); // Only data waits.
        Assert.Equal(0, Client.Stream(3).BodyLength);
        Client.SendWindow(0, 1_000_000);
        _world.Run();
        Assert.True(Client.Stream(1).IsEnded && Client.Stream(3).IsEnded);
    }

    [Fact]
    public void A_response_without_a_body_needs_no_window() // 6.9.1
    {
        Client.SendSettings((4, 0));
        Respond(0);
        Assert.True(Client.Stream(1).IsEnded);
    }

    [Fact]
    public void A_client_sends_no_more_than_the_window_of_a_stream() // 6.9.1
    {
        Client.SendRequest(1, "POST", endStream: false);
        _world.Run();
        _world.Upstream.Peers[0].PauseReading();
        Client.SendData(1, new byte[10 * 1024 * 1024]);
        _world.Run();
        Assert.True(Client.Stream(1).Reset == FlowControlError || Client.GoAway?.Code == FlowControlError);
    }

    [Fact]
    public void A_window_does_not_overflow() // 6.9.1
    {
        Client.SendRequest(1);
        Client.SendWindow(1, int.MaxValue);
        _world.AssertStreamError(1, FlowControlError);
        Client.SendWindow(0, int.MaxValue);
        _world.AssertConnectionError(FlowControlError);
    }

    [Fact]
    public void Another_initial_window_moves_those_of_open_streams() // 6.9.2
    {
        Client.GivesWindow = false;
        Client.SendSettings((4, 1000));
        Respond(5000);
        Assert.Equal(1000, Client.Stream(1).BodyLength);

        Client.SendSettings((4, 400)); // The window is now -600.
        Client.SendWindow(1, 600);
        _world.Run();
        Assert.Equal(1000, Client.Stream(1).BodyLength);
        Client.SendWindow(1, 1);
        _world.Run();
        Assert.Equal(1001, Client.Stream(1).BodyLength);
        Client.SendSettings((4, 500));
        _world.Run();
        Assert.Equal(1101, Client.Stream(1).BodyLength);
    }

    [Fact]
    public void Another_initial_window_does_not_move_that_of_the_connection() // 6.9.2
    {
        Client.GivesWindow = false;
        Client.SendSettings((4, 1_000_000));
        Respond(200_000);
        Client.SendSettings((4, 2_000_000));
        _world.Run();
        Assert.Equal(65_535, Client.Stream(1).BodyLength);
    }

    [Fact]
    public void A_window_does_not_overflow_by_settings_either() // 6.9.2
    {
        Client.SendRequest(1);
        Client.SendWindow(1, 1_000_000);
        Client.SendSettings((4, int.MaxValue));
        _world.AssertConnectionError(FlowControlError);
    }

    [Fact]
    public void A_continuation_follows_a_head_that_is_not_whole() // 6.10
    {
        Client.SendRequest(1, "POST", endStream: false);
        Client.Send(Http2FrameType.Continuation, EndHeaders, 1, Get);
        _world.AssertConnectionError(ProtocolError);
    }

    [Fact]
    public void A_continuation_does_not_follow_another_that_is_the_last() // 6.10
    {
        Client.Send(Http2FrameType.Headers, EndStream, 1, Get);
        Client.Send(Http2FrameType.Continuation, EndHeaders, 1);
        Client.Send(Http2FrameType.Continuation, EndHeaders, 1);
        _world.AssertConnectionError(ProtocolError);
    }

    [Fact]
    public void A_continuation_is_of_the_stream_of_its_head() // 6.10
    {
        Client.Send(Http2FrameType.Headers, EndStream, 1, Get);
        Client.Send(Http2FrameType.Continuation, EndHeaders, 3);
        _world.AssertConnectionError(ProtocolError);
    }

    private void Respond(int bodyLength)
    {
        Client.SendRequest(1);
        _world.Run();
        _world.Upstream.Peers[0].Send($"HTTP/1.1 200 OK\r\nContent-Length: {bodyLength}\r\n\r\n");
        _world.Upstream.Peers[0].Send(new byte[bodyLength]);
        _world.Run();
    }

    private int Acknowledgements() => Client.Frames.Count(static frame =>
        frame.Type == Http2FrameType.Settings && frame.Header.Has(Http2FrameHeader.Ack));

    private long Windows(int id) => Client.Frames
        .Where(frame => frame.Type == Http2FrameType.WindowUpdate && frame.StreamId == id)
        .Sum(static frame => (long)frame.Code);
}
