using System.Buffers.Binary;
using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Protocols.Http2;

namespace Mosn.Testing;

/// <summary>One frame that a peer got.</summary>
public sealed record Http2PeerFrame(Http2FrameHeader Header, byte[] Payload)
{
    /// <summary>The kind.</summary>
    public Http2FrameType Type => Header.Type;

    /// <summary>The stream.</summary>
    public int StreamId => Header.StreamId;

    /// <summary>The code of RST_STREAM, or of GOAWAY.</summary>
    public Http2ErrorCode Code => (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(
        Payload.AsSpan(Type == Http2FrameType.GoAway ? 4 : 0));

    /// <summary>The last stream that a GOAWAY names.</summary>
    public int LastStreamId => BinaryPrimitives.ReadInt32BigEndian(Payload);
}

/// <summary>What a peer got on one stream.</summary>
public sealed class Http2PeerStream(int id)
{
    private readonly MemoryStream _body = new();

    /// <summary>The stream's id.</summary>
    public int Id => id;

    /// <summary>The head, if the other end is a client.</summary>
    public RequestHead Request { get; } = new();

    /// <summary>The final head, if the other end is a server.</summary>
    public ResponseHead Response { get; } = new();

    /// <summary>Statuses of interim responses.</summary>
    public List<int> Interim { get; } = [];

    /// <summary>The fields after the body.</summary>
    public HeaderBlock Trailers { get; } = new();

    /// <summary>True once a final head came.</summary>
    public bool HasHead { get; internal set; }

    /// <summary>True once the other end has ended its side.</summary>
    public bool IsEnded { get; internal set; }

    /// <summary>The code of a RST_STREAM; null: none came.</summary>
    public Http2ErrorCode? Reset { get; internal set; }

    /// <summary>The body so far.</summary>
    public byte[] Body => _body.ToArray();

    /// <summary>The body so far, each byte a character.</summary>
    public string BodyText => Encoding.Latin1.GetString(Body);

    /// <summary>Bytes of the body so far.</summary>
    public long BodyLength => _body.Length;

    /// <summary>The value of a field of the head that came; null: there is none.</summary>
    public string? Field(string name)
    {
        HeaderBlock fields = Response.Status != 0 ? Response.Headers : Request.Headers;
        return fields.TryGet(Encoding.Latin1.GetBytes(name), out ReadOnlySpan<byte> value)
            ? Encoding.Latin1.GetString(value)
            : null;
    }

    internal void Append(ReadOnlySpan<byte> data) => _body.Write(data);
}

/// <summary>
/// The far end of an HTTP/2 connection at the level of frames: it sends whatever it is told, right or wrong, and takes
/// apart what it gets. Unless told otherwise it acknowledges settings, answers PINGs and gives windows back.
/// </summary>
public sealed class Http2Peer
{
    private readonly bool _isServer;
    private readonly HpackDecoder _decoder = new();
    private readonly Dictionary<int, Http2PeerStream> _streams = [];
    private readonly HashSet<int> _headRequests = [];
    private bool _prefaceRead;

    /// <param name="isServer">Whether it plays the server.</param>
    public Http2Peer(MemoryPeer peer, bool isServer = false)
    {
        Peer = peer;
        _isServer = isServer;
        peer.OnInput = _ => Read();
        Read();
    }

    /// <summary>The connection.</summary>
    public MemoryPeer Peer { get; }

    /// <summary>All frames that came.</summary>
    public List<Http2PeerFrame> Frames { get; } = [];

    /// <summary>Called with each whole head that came, when it plays the server.</summary>
    public Action<Http2PeerStream>? OnRequest { get; set; }

    /// <summary>Called when the other end has ended a stream.</summary>
    public Action<Http2PeerStream>? OnEnded { get; set; }

    /// <summary>Acknowledges settings.</summary>
    public bool AcksSettings { get; set; } = true;

    /// <summary>Answers PINGs.</summary>
    public bool AnswersPings { get; set; } = true;

    /// <summary>Gives windows back as data comes.</summary>
    public bool GivesWindow { get; set; } = true;

    /// <summary>Streams on which something came.</summary>
    public IReadOnlyDictionary<int, Http2PeerStream> Streams => _streams;

    /// <summary>The last GOAWAY; null: none came.</summary>
    public Http2PeerFrame? GoAway => Frames.FindLast(static frame => frame.Type == Http2FrameType.GoAway);

    /// <summary>A field block of literals that are not indexed, without any check.</summary>
    public static byte[] Block(params (string Name, string Value)[] fields)
    {
        MemoryStream block = new();
        foreach ((string name, string value) in fields)
        {
            block.WriteByte(0);
            WriteString(block, name);
            WriteString(block, value);
        }
        return block.ToArray();
    }

    /// <summary>The stream of that id; made if nothing came on it yet.</summary>
    public Http2PeerStream Stream(int id)
    {
        if (!_streams.TryGetValue(id, out Http2PeerStream? stream))
        {
            _streams.Add(id, stream = new Http2PeerStream(id));
        }
        return stream;
    }

    /// <summary>Begins the connection: the preface, if it plays the client, and SETTINGS.</summary>
    /// <param name="settings">Identifiers and values.</param>
    public void Start(params (int Id, uint Value)[] settings)
    {
        if (!_isServer)
        {
            Peer.Send(Http2Preface.Bytes);
        }
        SendSettings(settings);
    }

    /// <summary>Sends SETTINGS.</summary>
    public void SendSettings(params (int Id, uint Value)[] settings)
    {
        byte[] payload = new byte[6 * settings.Length];
        for (int i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(6 * i), (ushort)settings[i].Id);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((6 * i) + 2), settings[i].Value);
        }
        Send(Http2FrameType.Settings, Http2FrameFlags.None, 0, payload);
    }

    /// <summary>Sends a frame, whatever it means.</summary>
    public void Send(Http2FrameType type, Http2FrameFlags flags, int streamId, params ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[Http2FrameHeader.Size];
        new Http2FrameHeader(payload.Length, type, flags, streamId).Write(header);
        Peer.Send(header);
        Peer.Send(payload);
    }

    /// <summary>Sends a frame whose payload is a number of four bytes: RST_STREAM, WINDOW_UPDATE.</summary>
    public void Send(Http2FrameType type, int streamId, uint value)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, value);
        Send(type, Http2FrameFlags.None, streamId, payload);
    }

    /// <summary>Sends HEADERS of those fields.</summary>
    public void SendHead(int streamId, bool endStream, params (string Name, string Value)[] fields) =>
        Send(
            Http2FrameType.Headers,
            Http2FrameFlags.EndHeaders | (endStream ? Http2FrameFlags.EndStream : Http2FrameFlags.None),
            streamId,
            Block(fields));

    /// <summary>Sends the head of a request.</summary>
    public void SendRequest(
        int streamId,
        string method = "GET",
        string path = "/",
        bool endStream = true,
        params (string Name, string Value)[] more)
    {
        if (method == "HEAD")
        {
            _headRequests.Add(streamId);
        }
        SendHead(
            streamId,
            endStream,
            [(":method", method), (":scheme", "http"), (":authority", "a"), (":path", path), .. more]);
    }

    /// <summary>Sends DATA.</summary>
    public void SendData(int streamId, string text, bool endStream = false) =>
        SendData(streamId, Encoding.Latin1.GetBytes(text), endStream);

    /// <summary>Sends DATA in frames of at most 16 KiB.</summary>
    public void SendData(int streamId, ReadOnlySpan<byte> bytes, bool endStream = false)
    {
        while (true)
        {
            int length = Math.Min(bytes.Length, Http2Settings.FrameSizeMin);
            bool isLast = length == bytes.Length;
            Send(
                Http2FrameType.Data, isLast && endStream ? Http2FrameFlags.EndStream : Http2FrameFlags.None, streamId, bytes[..length]);
            if (isLast)
            {
                return;
            }
            bytes = bytes[length..];
        }
    }

    /// <summary>Resets a stream.</summary>
    public void SendReset(int streamId, Http2ErrorCode code = Http2ErrorCode.Cancel) =>
        Send(Http2FrameType.RstStream, streamId, (uint)code);

    /// <summary>Opens a window.</summary>
    public void SendWindow(int streamId, int bytes) => Send(Http2FrameType.WindowUpdate, streamId, (uint)bytes);

    /// <summary>Says that it goes away.</summary>
    public void SendGoAway(int lastStreamId, Http2ErrorCode code = Http2ErrorCode.NoError)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, lastStreamId);
        BinaryPrimitives.WriteUInt32BigEndian(payload[4..], (uint)code);
        Send(Http2FrameType.GoAway, Http2FrameFlags.None, 0, payload);
    }

    private static void WriteString(MemoryStream block, string text)
    {
        // RFC 7541 section 5.1, a prefix of seven bits.
        int length = text.Length;
        if (length < 127)
        {
            block.WriteByte((byte)length);
        }
        else
        {
            block.WriteByte(127);
            for (length -= 127; length >= 128; length >>= 7)
            {
                block.WriteByte((byte)(length & 127 | 128));
            }
            block.WriteByte((byte)length);
        }
        block.Write(Encoding.Latin1.GetBytes(text));
    }

    private void Read()
    {
        if (_isServer && !_prefaceRead)
        {
            if (Peer.Received.Length < Http2Preface.Bytes.Length)
            {
                return;
            }
            if (!Peer.Received.StartsWith(Http2Preface.Bytes))
            {
                throw new InvalidDataException("The client sent no preface.");
            }
            Peer.Consume(Http2Preface.Bytes.Length);
            _prefaceRead = true;
        }
        while (Peer.Received.Length >= Http2FrameHeader.Size)
        {
            Http2FrameHeader header = Http2FrameHeader.Read(Peer.Received);
            int size = Http2FrameHeader.Size + header.Length;
            if (Peer.Received.Length < size)
            {
                return;
            }
            Http2PeerFrame frame = new(header, Peer.Received[Http2FrameHeader.Size..size].ToArray());
            Peer.Consume(size);
            Frames.Add(frame);
            Take(frame);
        }
    }

    private void Take(Http2PeerFrame frame)
    {
        switch (frame.Type)
        {
            case Http2FrameType.Settings when !frame.Header.Has(Http2FrameHeader.Ack) && AcksSettings:
                Send(Http2FrameType.Settings, Http2FrameHeader.Ack, 0);
                break;
            case Http2FrameType.Ping when !frame.Header.Has(Http2FrameHeader.Ack) && AnswersPings:
                Send(Http2FrameType.Ping, Http2FrameHeader.Ack, 0, frame.Payload);
                break;
            case Http2FrameType.Headers or Http2FrameType.Continuation:
                TakeBlock(frame);
                break;
            case Http2FrameType.Data:
                Http2PeerStream stream = Stream(frame.StreamId);
                stream.Append(frame.Payload);
                if (GivesWindow && frame.Payload.Length > 0)
                {
                    SendWindow(0, frame.Payload.Length);
                    if (!frame.Header.Has(Http2FrameFlags.EndStream))
                    {
                        SendWindow(frame.StreamId, frame.Payload.Length);
                    }
                }
                if (frame.Header.Has(Http2FrameFlags.EndStream))
                {
                    End(stream);
                }
                break;
            case Http2FrameType.RstStream:
                Stream(frame.StreamId).Reset = frame.Code;
                break;
            default:
                break;
        }
    }

    private void TakeBlock(Http2PeerFrame frame)
    {
        if (!frame.Header.Has(Http2FrameFlags.EndHeaders))
        {
            return; // The frames are looked at again when the last of them is there.
        }
        int first = Frames.FindLastIndex(static frame => frame.Type == Http2FrameType.Headers);
        byte[] block = [.. Frames[first..].SelectMany(static frame => frame.Payload)];
        bool endStream = Frames[first].Header.Has(Http2FrameFlags.EndStream);
        Http2PeerStream stream = Stream(frame.StreamId);
        Http2HeadLimits limits = Http2HeadLimits.Default with { ListBytesMax = 1 << 20, FieldCountMax = 10_000 };
        Http2HeadStatus status;
        if (stream.HasHead)
        {
            status = Http2HeadReader.ReadTrailers(_decoder, block, limits, stream.Trailers);
        }
        else if (_isServer)
        {
            status = Http2HeadReader.ReadRequest(_decoder, block, limits, endStream, stream.Request);
        }
        else
        {
            RequestMethodHint hint =
                _headRequests.Contains(frame.StreamId) ? RequestMethodHint.Head : RequestMethodHint.Other;
            status = Http2HeadReader.ReadResponse(_decoder, block, limits, endStream, hint, stream.Response);
        }
        if (status != Http2HeadStatus.Complete)
        {
            throw new InvalidDataException($"The field block on stream {frame.StreamId} is {status}.");
        }
        if (!_isServer && !stream.HasHead && stream.Response.IsInterim)
        {
            stream.Interim.Add(stream.Response.Status);
            stream.Response.Clear();
            return;
        }
        bool isHead = !stream.HasHead;
        stream.HasHead = true;
        if (isHead && _isServer)
        {
            OnRequest?.Invoke(stream);
        }
        if (endStream)
        {
            End(stream);
        }
    }

    private void End(Http2PeerStream stream)
    {
        stream.IsEnded = true;
        OnEnded?.Invoke(stream);
    }
}
