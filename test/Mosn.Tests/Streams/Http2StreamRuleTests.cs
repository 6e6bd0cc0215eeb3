using Mosn.Protocols.Http2;
using Mosn.Testing;
using static Mosn.Protocols.Http2.Http2ErrorCode;

namespace Mosn.Tests.Streams;

/// <summary>What a client must and must not do: RFC 9113 sections 3.4, 4 and 5, rule by rule.</summary>
public sealed class Http2StreamRuleTests : IDisposable
{
    private const Http2FrameFlags EndHeaders = Http2FrameFlags.EndHeaders;
    private const Http2FrameFlags EndStream = Http2FrameFlags.EndStream;
    private const Http2FrameType Unknown = (Http2FrameType)0x42;

    private static readonly byte[] Get =
        Http2Peer.Block((":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"));

    private readonly Http2RuleWorld _world = new();

    private Http2Peer Client => _world.Client;

    public void Dispose() => _world.Dispose();

    [Fact]
    public void The_first_frame_of_a_server_is_settings() // 3.4
    {
        Assert.Equal(Http2FrameType.Settings, Client.Frames[0].Type);
        Assert.Equal((Http2FrameFlags.None, 0), (Client.Frames[0].Header.Flags, Client.Frames[0].StreamId));
    }

    [Fact]
    public void A_client_whose_first_frame_is_no_settings_is_left() // 3.4
    {
        Http2Peer client = new(_world.World.Client());
        client.Peer.Send(Http2Preface.Bytes);
        client.SendRequest(1);
        _world.AssertConnectionError(ProtocolError, client);
        Assert.Empty(_world.Upstream.Peers);
    }

    [Fact]
    public void An_acknowledgement_is_no_first_settings() // 3.4
    {
        Http2Peer client = new(_world.World.Client());
        client.Peer.Send(Http2Preface.Bytes);
        client.Send(Http2FrameType.Settings, Http2FrameHeader.Ack, 0);
        _world.AssertConnectionError(ProtocolError, client);
    }

    [Fact]
    public void A_client_with_another_preface_is_left() // 3.4
    {
        using ProxyWorld world = new(
            Http2World.Config().Replace("\"Http1,Http2\"", "\"Http2\"", StringComparison.Ordinal));
        Http2Peer client = new(world.Client());
        client.Peer.Send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");
        client.SendSettings();
        world.Run();
        Assert.True(client.Peer.IsOver);
    }

    [Fact]
    public void A_frame_of_an_unknown_type_is_ignored() // 4.1, 5.5
    {
        Client.Send(Unknown, (Http2FrameFlags)0xFF, 0, 1, 2, 3);
        Client.Send(Unknown, (Http2FrameFlags)0xFF, 1, 1, 2, 3);
        _world.AssertIgnored();
        _world.AssertServed(1);
    }

    [Fact]
    public void Flags_that_a_frame_does_not_have_are_ignored() // 4.1
    {
        Client.Send(Http2FrameType.Ping, (Http2FrameFlags)0xFE, 0, new byte[8]);
        Client.Send(Http2FrameType.Settings, (Http2FrameFlags)0xFE, 0);
        Client.Send(Http2FrameType.Headers, EndHeaders | EndStream | (Http2FrameFlags)0xD2, 1, Get);
        _world.AssertIgnored();
        Assert.Single(_world.Upstream.Peers);
    }

    [Fact]
    public void The_reserved_bit_of_a_stream_identifier_is_ignored() // 4.1
    {
        Client.Send(Http2FrameType.Headers, EndHeaders | EndStream, unchecked((int)0x8000_0001), Get);
        _world.AssertIgnored();
        Assert.Single(_world.Upstream.Peers);
    }

    [Theory]
    [InlineData(Http2FrameType.Data)]
    [InlineData(Http2FrameType.Headers)]
    [InlineData(Http2FrameType.Settings)]
    [InlineData(Unknown)]
    public void A_frame_larger_than_allowed_is_an_error_of_its_size(Http2FrameType type) // 4.2
    {
        Client.SendRequest(1, "POST", endStream: false);
        Client.Send(type, Http2FrameFlags.None, type == Http2FrameType.Settings ? 0 : 1, new byte[16_385]);
        _world.AssertConnectionError(FrameSizeError);
    }

    [Fact]
    public void A_frame_as_large_as_allowed_is_taken() // 4.2
    {
        Client.SendRequest(1, "POST", endStream: false);
        Client.Send(Http2FrameType.Data, EndStream, 1, new byte[16_384]);
        _world.AssertIgnored();
        Assert.True(_world.Upstream.Peers[0].ReceivedTotal > 16_384);
    }

    [Fact]
    public void No_frame_is_larger_than_a_client_takes() // 4.2
    {
        Client.SendRequest(1);
        _world.Run();
        string field = new('v', 30_000);
        _world.Upstream.Peers[0].Send($"HTTP/1.1 200 OK\r\nX-Large: {field}\r\nContent-Length: 60000\r\n\r\n");
        _world.Upstream.Peers[0].Send(new string('b', 60_000));
        _world.Run();
        Assert.Equal(field, Client.Stream(1).Field("x-large"));
        Assert.Equal(60_000, Client.Stream(1).BodyLength);
        Assert.Contains(Client.Frames, static frame => frame.Type == Http2FrameType.Continuation);
        Assert.All(Client.Frames, static frame => Assert.InRange(frame.Header.Length, 0, 16_384));
    }

    [Theory]
    [InlineData("80")] // No such entry.
    [InlineData("828684 be")]
    [InlineData("828684 410f61")] // A string is cut off.
    [InlineData("82 20")] // A change of size behind a field.
    [InlineData("3fe21f 828684")] // A table larger than announced.
    public void A_block_that_cannot_be_decoded_ends_the_connection(string hex) // 4.3
    {
        byte[] block = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Client.Send(Http2FrameType.Headers, EndHeaders | EndStream, 1, block);
        _world.AssertConnectionError(CompressionError);
    }

    [Fact]
    public void A_block_may_be_cut_anywhere() // 4.3
    {
        for (int cut = 0; cut <= Get.Length; cut++)
        {
            int id = (2 * cut) + 1;
            Client.Send(Http2FrameType.Headers, EndStream, id, Get.AsSpan(0, cut));
            Client.Send(Http2FrameType.Continuation, EndHeaders, id, Get.AsSpan(cut));
            _world.Run();
            Assert.Equal(cut + 1, _world.Upstream.Peers.Count);
        }
        _world.AssertIgnored();
    }

    [Theory]
    [InlineData(Http2FrameType.Data, 1)]
    [InlineData(Http2FrameType.Headers, 1)]
    [InlineData(Http2FrameType.Headers, 3)]
    [InlineData(Http2FrameType.Priority, 1)]
    [InlineData(Http2FrameType.Ping, 0)]
    [InlineData(Http2FrameType.WindowUpdate, 0)]
    [InlineData(Http2FrameType.RstStream, 1)]
    [InlineData(Unknown, 0)]
    [InlineData(Unknown, 1)]
    public void Nothing_comes_between_the_frames_of_a_block(Http2FrameType type, int id) // 4.3, 5.5, 6.2
    {
        Client.Send(Http2FrameType.Headers, EndStream, 1, Get.AsSpan(0, 3));
        Client.Send(type, Http2FrameFlags.None, id, new byte[8]);
        _world.AssertConnectionError(ProtocolError);
    }

    [Fact]
    public void A_block_for_a_stream_that_is_refused_counts_for_the_table() // 4.3
    {
        byte[] indexed = [0x82, 0x86, 0x84, 0x41, 1, (byte)'a', 0x40, 3, .. "x-a"u8, 1, (byte)'1'];
        byte[] malformed = [.. indexed, 0x40, 3, .. "X-B"u8, 1, (byte)'2'];
        Client.Send(Http2FrameType.Headers, EndHeaders | EndStream, 1, malformed);
        _world.AssertStreamError(1, ProtocolError);

        // x-a is the second newest entry by now.
        Client.Send(Http2FrameType.Headers, EndHeaders | EndStream, 3, 0x82, 0x86, 0x84, 0xC0, 0xBF);
        _world.Run();
        Assert.Equal("GET / HTTP/1.1\r\nHost: a\r\nx-a: 1\r\n\r\n", _world.Upstream.Peers[0].ReceivedText);
    }

    [Fact]
    public void A_smaller_table_of_the_client_is_acknowledged_in_the_next_block() // 4.3.1
    {
        Client.SendSettings((1, 0));
        _world.Run();
        _world.AssertServed(1);
        _world.AssertServed(3);
        Http2PeerFrame[] heads = [.. Client.Frames.Where(static frame => frame.Type == Http2FrameType.Headers)];
        Assert.Equal(0x20, heads[0].Payload[0]);
        Assert.NotEqual(0x20, heads[1].Payload[0]);
    }

    [Theory]
    [InlineData(Http2FrameType.Data)]
    [InlineData(Http2FrameType.RstStream)]
    [InlineData(Http2FrameType.WindowUpdate)]
    [InlineData(Http2FrameType.Continuation)]
    public void An_idle_stream_gets_no_frame_but_a_head(Http2FrameType type) // 5.1
    {
        Client.Send(type, Http2FrameFlags.None, 1, 0, 0, 0, 1);
        _world.AssertConnectionError(ProtocolError);
    }

    [Fact]
    public void An_idle_stream_may_get_a_priority() // 5.1
    {
        Client.Send(Http2FrameType.Priority, Http2FrameFlags.None, 5, 0, 0, 0, 0, 1);
        _world.AssertIgnored();
        _world.AssertServed(1);
    }

    [Fact]
    public void A_stream_that_its_client_has_ended_gets_no_data() // 5.1
    {
        Client.SendRequest(1);
        Client.SendData(1, "late");
        _world.AssertStreamError(1, StreamClosed);
    }

    [Fact]
    public void A_stream_that_its_client_has_ended_gets_no_head() // 5.1
    {
        Client.SendRequest(1);
        Client.SendHead(1, endStream: true, ("x-late", "1"));
        _world.AssertStreamError(1, StreamClosed);
    }

    [Fact]
    public void A_stream_that_its_client_has_ended_may_get_windows_and_priorities() // 5.1
    {
        Client.SendRequest(1);
        Client.SendWindow(1, 10);
        Client.Send(Http2FrameType.Priority, Http2FrameFlags.None, 1, 0, 0, 0, 0, 1);
        _world.AssertIgnored();
    }

    [Fact]
    public void A_stream_that_its_client_has_reset_gets_no_data() // 5.1
    {
        Client.SendRequest(1, "POST", endStream: false);
        Client.SendReset(1);
        Client.SendData(1, "late");
        _world.AssertStreamError(1, StreamClosed);
    }

    [Fact]
    public void A_stream_that_is_over_gets_no_head() // 5.1
    {
        _world.AssertServed(1);
        Client.SendRequest(1);
        _world.AssertConnectionError(StreamClosed);
    }

    [Fact]
    public void A_stream_that_is_over_may_get_a_window_a_reset_and_a_priority() // 5.1
    {
        _world.AssertServed(1);
        Client.SendWindow(1, 10);
        Client.SendReset(1);
        Client.Send(Http2FrameType.Priority, Http2FrameFlags.None, 1, 0, 0, 0, 0, 1);
        _world.AssertIgnored();
    }

    [Fact]
    public void What_was_under_way_when_we_reset_a_stream_is_ignored() // 5.1
    {
        Client.SendHead(1, endStream: false, (":method", "GET")); // Malformed.
        Client.SendData(1, "late");
        Client.SendWindow(1, 10);
        Client.SendHead(1, endStream: true, ("x-late", "1"));
        Client.SendReset(1);
        _world.AssertStreamError(1, ProtocolError);
        Assert.Single(Client.Frames, static frame => frame.Type == Http2FrameType.RstStream);
    }

    [Fact]
    public void Data_under_way_when_we_reset_a_stream_is_credited_to_the_connection() // 5.1, 6.9
    {
        const int Piece = 4 * 1024 * 1024;
        Client.SendHead(1, endStream: false, (":method", "GET")); // Malformed.
        _world.Run();
        for (int i = 0; i < 8; i++)
        {
            Client.SendData(1, new byte[Piece]);
            _world.Run();
            long window = 65_535 + Client.Frames
                .Where(static frame => frame is { Type: Http2FrameType.WindowUpdate, StreamId: 0 })
                .Sum(static frame => (long)frame.Code);
            Assert.True(window - ((i + 1) * Piece) >= Piece);
        }
        _world.AssertStreamError(1, ProtocolError);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0x7FFF_FFFE)]
    public void A_client_opens_streams_of_odd_numbers(int id) // 5.1.1
    {
        Client.SendRequest(id);
        _world.AssertConnectionError(ProtocolError);
    }

    [Fact]
    public void A_stream_has_a_larger_number_than_those_before_it() // 5.1.1
    {
        _world.AssertServed(5);
        Client.SendRequest(3);
        _world.AssertConnectionError(ProtocolError);
    }

    [Fact]
    public void A_number_that_was_left_out_is_not_used_later() // 5.1.1
    {
        _world.AssertServed(1);
        _world.AssertServed(3);
        _world.AssertServed(131);
        Client.SendRequest(129);
        _world.AssertConnectionError(ProtocolError);
    }

    [Fact]
    public void Numbers_may_be_left_out() // 5.1.1
    {
        _world.AssertServed(3);
        _world.AssertServed(101);
        _world.AssertServed(int.MaxValue);
    }

    [Fact]
    public void No_more_streams_may_be_open_than_we_have_said() // 5.1.2
    {
        uint allowed = Setting(3);
        for (int id = 1; id < (2 * allowed) + 2; id += 2)
        {
            Client.SendRequest(id);
        }
        _world.AssertStreamError((int)(2 * allowed) + 1, RefusedStream);
        Assert.Equal((int)allowed, _world.Upstream.Peers.Count);

        // Those that are over do not count.
        _world.Upstream.Peers[0].Send("HTTP/1.1 204 No Content\r\n\r\n");
        _world.Run();
        Client.SendRequest((int)(2 * allowed) + 3);
        _world.AssertAlive();
        Assert.Null(Client.Stream((int)(2 * allowed) + 3).Reset);
    }

    [Fact]
    public void A_connection_error_names_the_last_stream_that_counts() // 5.4.1
    {
        Client.SendRequest(1);
        Client.SendRequest(7);
        Client.Send(Http2FrameType.Ping, Http2FrameFlags.None, 3, new byte[8]);
        _world.AssertConnectionError(ProtocolError);
        Assert.Equal(7, Client.GoAway!.LastStreamId);
    }

    [Fact]
    public void A_reset_is_not_answered_by_a_reset() // 5.4.2
    {
        Client.SendRequest(1);
        Client.SendReset(1);
        Client.SendReset(1, StreamClosed);
        _world.AssertIgnored();
    }

    private uint Setting(int id)
    {
        ReadOnlySpan<byte> settings = Client.Frames[0].Payload;
        for (; !settings.IsEmpty; settings = settings[6..])
        {
            if (settings[1] == id)
            {
                return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(settings[2..]);
            }
        }
        return 0;
    }
}
