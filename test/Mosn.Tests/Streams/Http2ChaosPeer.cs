using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Mosn.Protocols.Http2;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>
/// One end of a connection of HTTP/2 that keeps the rules and is otherwise moody. Bodies say by their bytes whose they are,
/// so that each end can check what it gets.
/// </summary>
internal sealed class Http2ChaosPeer
{
    private readonly Random _random;
    private readonly bool _isServer;
    private readonly int _bodyMax;
    private readonly Dictionary<int, Exchange> _exchanges = [];
    private int _framesSeen;
    private int _nextId = 1;
    private int _ownWindow;
    private int _theirWindow = 65_535;
    private long _sendWindow = 65_535;
    private int _owed;

    /// <param name="bodyMax">Bytes of a body.</param>
    public Http2ChaosPeer(Http2Peer peer, bool isServer, Random random, int bodyMax)
    {
        Peer = peer;
        _random = random;
        _isServer = isServer;
        _bodyMax = bodyMax;
        peer.GivesWindow = false;
        _ownWindow = random.Next(4) switch { 0 => 0, 1 => random.Next(1, 1000), 2 => 100_000, _ => 65_535 };
        peer.Start((4, (uint)_ownWindow));
        if (random.Next(2) == 0)
        {
            peer.SendWindow(0, 1 << 30);
            _owed = int.MinValue; // It was all given.
        }
    }

    public Http2Peer Peer { get; }

    /// <summary>True if every request has its response, or was reset.</summary>
    public bool IsDone => _exchanges.Values.All(static exchange => exchange.IsOver);

    public override string ToString() =>
        string.Join("; ", _exchanges.Values.Where(static exchange => !exchange.IsOver)) + $" window {_sendWindow} owed {_owed}";

    /// <summary>True if its connection is over.</summary>
    public bool IsGone => Peer.Peer.IsOver;

    /// <summary>Ends its connection now and then, in one way or another.</summary>
    public void BreakSometimes()
    {
        switch (_random.Next(400))
        {
            case 0:
                Peer.Peer.Reset();
                break;
            case 1:
                Peer.Peer.Close();
                break;
            case 2:
                Peer.Peer.SendEnd();
                break;
            case 3:
                Peer.SendGoAway(_random.Next(_nextId + 20), (Http2ErrorCode)_random.Next(14));
                break;
            case 4:
                Http2FrameFlags flags = (Http2FrameFlags)_random.Next(256);
                Peer.Send((Http2FrameType)_random.Next(12), flags, _random.Next(100), new byte[_random.Next(20)]);
                break;
            case 5:
                Peer.Peer.PauseReading();
                break;
            default:
                break;
        }
    }

    /// <summary>Begins a request whose two bodies are as long as its path says.</summary>
    public void Request()
    {
        if (_exchanges.Values.Count(static exchange => !exchange.IsOver) >= 20)
        {
            return;
        }
        int id = _nextId;
        _nextId += 2;
        Exchange exchange = new(id, Length(), Length(), _theirWindow) { HasTrailers = _random.Next(3) == 0 };
        _exchanges.Add(id, exchange);
        bool isEmpty = exchange.OwnLength == 0 && !exchange.HasTrailers;
        List<(string, string)> more = [];
        if (_random.Next(2) == 0)
        {
            more.Add(("content-length", exchange.OwnLength.ToString(CultureInfo.InvariantCulture)));
        }
        Peer.SendRequest(id, "POST", $"/{exchange.OwnLength}/{exchange.TheirLength}", endStream: isEmpty, [.. more]);
        exchange.HeadSent = true;
        exchange.OwnEnded = isEmpty;
    }

    /// <summary>Does a few things, or nothing.</summary>
    public void Step()
    {
        TakeFrames();
        foreach (Exchange exchange in _exchanges.Values.Where(static exchange => !exchange.IsOver).ToArray())
        {
            switch (_random.Next(12))
            {
                case 0 or 1 or 2 or 3:
                    SendSome(exchange, _random.Next(1, _random.Next(3) == 0 ? 20_000 : 300), Padding());
                    break;
                case 4 or 5 or 6 when exchange.Owed > 0:
                    Give(exchange, _random.Next(1, exchange.Owed + 1));
                    break;
                case 7 when _random.Next(20) == 0 && exchange.HeadSent:
                    Peer.SendReset(exchange.Id, (Http2ErrorCode)_random.Next(14));
                    exchange.IsOver = true;
                    break;
                default:
                    break;
            }
        }
        if (_owed > 0 && _random.Next(3) == 0)
        {
            GiveAll(_random.Next(1, _owed + 1));
        }
        if (_random.Next(100) == 0)
        {
            ChangeWindow(_random.Next(3) switch { 0 => 0, 1 => _random.Next(1000), _ => _random.Next(100_000) });
        }
    }

    /// <summary>Does all that there is to do.</summary>
    public void Calm()
    {
        TakeFrames();
        if (_ownWindow < 10_000)
        {
            ChangeWindow(10_000);
        }
        foreach (Exchange exchange in _exchanges.Values.Where(static exchange => !exchange.IsOver).ToArray())
        {
            if (exchange.Owed > 0)
            {
                Give(exchange, exchange.Owed);
            }
            SendSome(exchange, 1000, Padding());
        }
        if (_owed > 0)
        {
            GiveAll(_owed);
        }
    }

    private static byte Pattern(int length, int at) => (byte)((length * 31) + (at * 7) + (at >> 8));

    private int Length() => _random.Next(4) switch { 0 => 0, 1 => _random.Next(10), 2 => _random.Next(5000), _ => _random.Next(_bodyMax) };

    /// <summary>Bytes of padding; -1: the frame has none.</summary>
    private int Padding() => _random.Next(3) == 0 ? _random.Next(256) : -1;

    private void ChangeWindow(int window)
    {
        _ownWindow = window;
        Peer.SendSettings((4, (uint)window));
    }

    private void Give(Exchange exchange, int bytes)
    {
        exchange.Owed -= bytes;
        if (!exchange.TheirsEnded)
        {
            Peer.SendWindow(exchange.Id, bytes);
        }
    }

    private void GiveAll(int bytes)
    {
        _owed -= bytes;
        Peer.SendWindow(0, bytes);
    }

    private void SendSome(Exchange exchange, int most, int padding)
    {
        if (_isServer && !exchange.HeadSent)
        {
            if (!exchange.TheirsEnded && most < int.MaxValue && _random.Next(10) != 0)
            {
                return; // Mostly it answers when it has the whole request.
            }
            exchange.HeadSent = true;
            Peer.SendHead(exchange.Id, endStream: false, (":status", "200"));
        }
        if (exchange.OwnEnded)
        {
            return;
        }
        while (most > 0)
        {
            int overhead = padding >= 0 ? padding + 1 : 0;
            int room = (int)Math.Min(Math.Min(_sendWindow, exchange.SendWindow) - overhead, 16_384 - overhead);
            int length = Math.Min(Math.Min(room, most), exchange.OwnLength - exchange.Sent);
            bool isLast = exchange.Sent + length == exchange.OwnLength;
            if (length < 0 || (length == 0 && !isLast) || (overhead > 0 && room < 0))
            {
                return;
            }
            SendData(exchange, length, padding, isLast && !exchange.HasTrailers);
            most -= Math.Max(1, length);
            if (isLast)
            {
                if (exchange.HasTrailers)
                {
                    Peer.SendHead(exchange.Id, endStream: true, ("x-length", $"{exchange.OwnLength}"));
                }
                exchange.OwnEnded = true;
                LookForEnd(exchange);
                return;
            }
        }
    }

    private void SendData(Exchange exchange, int length, int padding, bool endStream)
    {
        byte[] payload = new byte[length + (padding >= 0 ? padding + 1 : 0)];
        int at = padding >= 0 ? 1 : 0;
        if (padding >= 0)
        {
            payload[0] = (byte)padding;
        }
        for (int i = 0; i < length; i++)
        {
            payload[at + i] = Pattern(exchange.OwnLength, exchange.Sent + i);
        }
        exchange.Sent += length;
        exchange.SendWindow -= payload.Length;
        _sendWindow -= payload.Length;
        Peer.Send(
            Http2FrameType.Data,
            (endStream ? Http2FrameFlags.EndStream : Http2FrameFlags.None) | (padding >= 0 ? Http2FrameFlags.Padded : Http2FrameFlags.None),
            exchange.Id,
            payload);
    }

    private void TakeFrames()
    {
        for (; _framesSeen < Peer.Frames.Count; _framesSeen++)
        {
            Http2PeerFrame frame = Peer.Frames[_framesSeen];
            _exchanges.TryGetValue(frame.StreamId, out Exchange? exchange);
            switch (frame.Type)
            {
                case Http2FrameType.Settings when !frame.Header.Has(Http2FrameHeader.Ack):
                    TakeSettings(frame.Payload);
                    break;
                case Http2FrameType.WindowUpdate when frame.StreamId == 0:
                    _sendWindow += BinaryPrimitives.ReadInt32BigEndian(frame.Payload);
                    break;
                case Http2FrameType.WindowUpdate when exchange is not null:
                    exchange.SendWindow += BinaryPrimitives.ReadInt32BigEndian(frame.Payload);
                    break;
                case Http2FrameType.Headers when _isServer && exchange is null:
                    string[] lengths = Encoding.Latin1.GetString(Peer.Stream(frame.StreamId).Request.Path).Split('/');
                    exchange = new Exchange(
                        frame.StreamId, int.Parse(lengths[2], CultureInfo.InvariantCulture),
                        int.Parse(lengths[1], CultureInfo.InvariantCulture), _theirWindow) { HasTrailers = _random.Next(3) == 0 };
                    _exchanges.Add(frame.StreamId, exchange);
                    End(exchange, frame);
                    break;
                case Http2FrameType.Headers when exchange is not null:
                    if (!_isServer && Peer.Stream(frame.StreamId).Response.Status != 200)
                    {
                        exchange.IsOver = true; // Its host gave it up.
                    }
                    End(exchange, frame);
                    break;
                case Http2FrameType.Data:
                    _owed += frame.Payload.Length;
                    if (exchange is { IsOver: false })
                    {
                        TakeData(exchange, frame);
                    }
                    break;
                case Http2FrameType.RstStream when exchange is not null:
                    exchange.IsOver = true;
                    break;
                default:
                    break;
            }
        }
    }

    private void TakeSettings(byte[] payload)
    {
        for (int at = 0; at < payload.Length; at += 6)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(payload.AsSpan(at)) == 4)
            {
                int window = BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(at + 2));
                foreach (Exchange exchange in _exchanges.Values)
                {
                    exchange.SendWindow += window - _theirWindow;
                }
                _theirWindow = window;
            }
        }
    }

    private void TakeData(Exchange exchange, Http2PeerFrame frame)
    {
        exchange.Owed += frame.Payload.Length;
        for (int i = 0; i < frame.Payload.Length; i++)
        {
            if (frame.Payload[i] != Pattern(exchange.TheirLength, exchange.Received + i))
            {
                throw new InvalidDataException($"{exchange}: another's byte at {exchange.Received + i}");
            }
        }
        exchange.Received += frame.Payload.Length;
        End(exchange, frame);
    }

    private void End(Exchange exchange, Http2PeerFrame frame)
    {
        if (!frame.Header.Has(Http2FrameFlags.EndStream) || exchange.IsOver)
        {
            return;
        }
        exchange.TheirsEnded = true;
        if (exchange.Received != exchange.TheirLength)
        {
            throw new InvalidDataException($"{exchange}: ended early");
        }
        LookForEnd(exchange);
    }

    private void LookForEnd(Exchange exchange)
    {
        // A client whose response is whole has no use for the rest of its request.
        exchange.IsOver |= exchange.TheirsEnded && exchange.OwnEnded;
    }

    private sealed class Exchange(int id, int ownLength, int theirLength, long sendWindow)
    {
        public int Id => id;
        public int OwnLength => ownLength;
        public int TheirLength => theirLength;
        public long SendWindow { get; set; } = sendWindow;
        public int Sent { get; set; }
        public int Received { get; set; }
        public int Owed { get; set; }
        public bool HasTrailers { get; init; }
        public bool HeadSent { get; set; }
        public bool OwnEnded { get; set; }
        public bool TheirsEnded { get; set; }
        public bool IsOver { get; set; }

        public override string ToString() =>
            $"{id}: sent {Sent} of {ownLength}, window {SendWindow}, received {Received} of {theirLength}, owed {Owed}"
            + $"{(TheirsEnded ? ", ended" : "")}";
    }
}
