using System.Buffers.Binary;

namespace Mosn.Protocols.Http2;

/// <content>Frames that go out, and what may be sent.</content>
public sealed partial class Http2Session
{
    /// <summary>The window that every connection begins with (RFC 9113 section 6.9.2); settings do not change it.</summary>
    private const int InitialWindow = 65_535;

    private const ulong SamplePing = 0x6D6F_736E_5F72_7474; // "mosn_rtt"
    private const ulong DrainPing = 0x6D6F_736E_5F62_7965; // "mosn_bye"

    /// <summary>
    /// Frames that a peer can have us write, and does not read, above what all its streams may take: answers to control
    /// frames, and the ends of streams, each of which makes room for another.
    /// </summary>
    private const int UnreadFramesMax = 1000;

    /// <summary>Bytes of a frame that is worth a window, even if the window was all that held the rest of it back.</summary>
    private const int WorthyBytesMin = 128;

    private long _sendWindow;

    // Of the unread frames, those before the mark of OnOutputSent and those behind it.
    private int _unreadBefore;
    private int _unreadSince;
    private int _receiveWindow;
    private int _takenOfAll;
    private int _growthLeft;

    /// <summary>The size of a stream's window at which the connection would be full, by what was measured.</summary>
    private int _windowWanted;
    private long _sampledBytes;
    private bool _isSampling;
    private bool _isDraining;

    /// <summary>Begins the connection: what a client sends first, and our settings.</summary>
    public void Start()
    {
        if (!_isServer)
        {
            Span<byte> room = _owner.Reserve(Http2Preface.Bytes.Length);
            Http2Preface.Bytes.CopyTo(room);
            _owner.Commit(room[..Http2Preface.Bytes.Length]);
        }
        Http2Settings own = new()
        {
            MaxConcurrentStreams = _isServer ? (uint)_options.StreamsMax : uint.MaxValue,
            InitialWindowSize = _options.StreamWindowBytes,
            MaxHeaderListSize = (uint)_options.HeadLimits.ListBytesMax,
            EnableConnectProtocol = _isServer && _options.HeadLimits.AllowsProtocol,
        };
        Span<byte> settings = stackalloc byte[8 * Http2Settings.ParameterSize];
        int length = own.Write(settings, fromServer: _isServer);
        WriteFrame(Http2FrameType.Settings, Http2FrameFlags.None, 0, settings[..length]);
        _settingsUnacked++;
        WriteWindowUpdate(0, _options.ConnectionWindowBytes - InitialWindow);
    }

    /// <summary>Client: makes the stream live with the next id. Its head follows, before any other stream is opened.</summary>
    public void Open(Http2Stream stream)
    {
        Check.That(!_isServer && Error is null && _lastOwnId <= int.MaxValue - 2);
        _lastOwnId += 2;
        Register(stream, _lastOwnId);
        _guard.Earn(Http2Abuse.PriorityFlood, 2); // A server may reset a request that it has answered (section 8.1).
    }

    /// <summary>
    /// Room for a field block of up to <paramref name="blockBytesMax"/>, which is to be written behind the first
    /// <see cref="Http2FrameHeader.Size"/> bytes of what is returned; <see cref="CommitBlock"/> follows.
    /// </summary>
    public Span<byte> ReserveBlock(int blockBytesMax) =>
        _owner.Reserve(blockBytesMax + (Http2FrameHeader.Size * (2 + (blockBytesMax / Http2Settings.FrameSizeMin))));

    /// <summary>Sends a field block: a head, an interim one, or trailers.</summary>
    /// <param name="room">What <see cref="ReserveBlock"/> gave.</param>
    /// <param name="blockLength">Bytes that were written.</param>
    /// <param name="endStream">Nothing follows.</param>
    public void CommitBlock(Http2Stream stream, Span<byte> room, int blockLength, bool endStream)
    {
        Check.That(stream.IsLive && !stream.IsLocalEnded);
        const int Most = Http2Settings.FrameSizeMin; // Whatever the peer would take: more would delay other streams.
        int frames = Math.Max(1, (blockLength + Most - 1) / Most);
        for (int i = frames - 1; i >= 0; i--)
        {
            // From the last: each fragment moves behind the headers of those before it.
            int from = i * Most;
            int length = Math.Min(Most, blockLength - from);
            int at = from + (i * Http2FrameHeader.Size);
            if (i > 0)
            {
                room.Slice(Http2FrameHeader.Size + from, length).CopyTo(room[(at + Http2FrameHeader.Size)..]);
            }
            Http2FrameFlags flags = (i == frames - 1 ? Http2FrameFlags.EndHeaders : Http2FrameFlags.None)
                | (i == 0 && endStream ? Http2FrameFlags.EndStream : Http2FrameFlags.None);
            new Http2FrameHeader(
                length, i == 0 ? Http2FrameType.Headers : Http2FrameType.Continuation, flags, stream.Id).Write(room[at..]);
        }
        _owner.Commit(room[..(blockLength + (frames * Http2FrameHeader.Size))]);
        if (endStream)
        {
            EndLocal(stream);
            if (_isServer)
            {
                CountUnread();
            }
        }
    }

    /// <summary>Bytes of a body that may be sent on the stream in one frame now, at most <paramref name="wanted"/>.</summary>
    public int Sendable(Http2Stream stream, int wanted)
    {
        long most = Math.Min(Math.Min(_sendWindow, stream.SendWindow), Math.Min(wanted, Http2Settings.FrameSizeMin));
        return (int)Math.Max(0, most);
    }

    /// <summary>True while nothing that counts may be sent on any stream.</summary>
    public bool IsSendWindowShut => _sendWindow <= 0;

    /// <summary>
    /// Writes the header of a DATA frame to <paramref name="room"/>, and counts it as sent; the caller sends it with the
    /// payload behind it.
    /// </summary>
    /// <param name="length">Bytes of the payload, at most what <see cref="Sendable"/> said.</param>
    public void BeginData(Http2Stream stream, Span<byte> room, int length, bool endStream)
    {
        Check.That(stream.IsLive && !stream.IsLocalEnded);
        _sendWindow -= length;
        stream.SendWindow -= length;
        new Http2FrameHeader(
            length,
            Http2FrameType.Data,
            endStream ? Http2FrameFlags.EndStream : Http2FrameFlags.None,
            stream.Id).Write(room);
        // What a peer that gets data says about it is not work for nothing, unless it gets it byte by byte. Go's client
        // gives each 4 KiB back, on the stream and on the connection.
        bool isWhole = _sendWindow > 0 && stream.SendWindow > 0;
        if (isWhole || length >= WorthyBytesMin)
        {
            _guard.Earn(Http2Abuse.WindowUpdateFlood, 4 + (length / 1024));
        }
        _guard.Earn(Http2Abuse.PingFlood, 1);
        if (endStream)
        {
            EndLocal(stream);
        }
    }

    /// <summary>Ends a live stream from our side; without effect on one that is not live. Nobody is called.</summary>
    public void Reset(Http2Stream stream, Http2ErrorCode code)
    {
        if (!stream.IsLive)
        {
            return;
        }
        int id = stream.Id;
        Forget(stream);
        RememberReset(id);
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)code);
        WriteControl(Http2FrameType.RstStream, Http2FrameFlags.None, id, payload);
    }

    /// <summary>Bytes of a body were taken: the peer may send as many more, and more than that on a fast connection.</summary>
    public void Credit(Http2Stream stream, int bytes)
    {
        if (!stream.IsLive || stream.IsRemoteEnded)
        {
            return;
        }
        stream.Taken += bytes;
        if (stream.Taken < stream.WindowTarget / 2)
        {
            return;
        }
        Sample();
        int growth = Math.Clamp(_windowWanted - stream.WindowTarget, 0, _growthLeft);
        _growthLeft -= growth;
        stream.WindowTarget += growth;
        int increment = stream.Taken + growth;
        stream.Taken = 0;
        stream.ReceiveWindow += increment;
        WriteWindowUpdate(stream.Id, increment);
    }

    /// <summary>Asks the peer for a sign of life; <see cref="IHttp2SessionOwner.OnPong"/> has it.</summary>
    public void Ping(ulong payload)
    {
        Check.That(payload is not (SamplePing or DrainPing));
        WritePing(payload);
    }

    /// <summary>
    /// Begins to end the connection in order (RFC 9113 section 6.8): the peer is told that the end is near, and once it has
    /// heard it, which is the last stream that counts. A client has no streams of the peer's to name.
    /// </summary>
    public void BeginDrain()
    {
        if (_isDraining || Error is not null)
        {
            return;
        }
        _isDraining = true;
        if (!_isServer)
        {
            FinishDrain();
            return;
        }
        WriteGoAway(int.MaxValue, Http2ErrorCode.NoError);
        WritePing(DrainPing);
    }

    /// <summary>Names the last stream that counts; what the peer opens after it is ignored.</summary>
    public void FinishDrain()
    {
        if (GoesAway || Error is not null)
        {
            return;
        }
        GoesAway = true;
        _goAwayId = _lastPeerId;
        WriteGoAway(_lastPeerId, Http2ErrorCode.NoError);
    }

    /// <summary>Ends the connection: says why, and takes nothing more. The owner closes it.</summary>
    public void End(Http2ErrorCode code)
    {
        if (Error is not null)
        {
            return;
        }
        Error = code;
        if (!GoesAway || code != Http2ErrorCode.NoError)
        {
            WriteGoAway(Math.Min(_lastPeerId, _goAwayId), code);
        }
    }

    /// <summary>
    /// What was written before the last call of this has left: the peer reads. The caller remembers what is written now, and
    /// calls again when that has left. If it never does, the connection ends: see <see cref="Error"/>.
    /// </summary>
    public void OnOutputSent()
    {
        _unreadBefore = _unreadSince;
        _unreadSince = 0;
    }

    /// <summary>Bytes by which our window is smaller than the one that the peer uses until it knows ours.</summary>
    private int WindowCut => Math.Max(0, InitialWindow - _options.StreamWindowBytes);

    /// <summary>The last frame of a stream from us is written.</summary>
    private void EndLocal(Http2Stream stream)
    {
        stream.IsLocalEnded = true;
        if (stream.IsRemoteEnded)
        {
            Complete(stream);
        }
    }

    private void CreditConnection(int bytes)
    {
        _takenOfAll += bytes;
        if (_takenOfAll >= _options.ConnectionWindowBytes / 2)
        {
            _receiveWindow += _takenOfAll;
            WriteWindowUpdate(0, _takenOfAll);
            _takenOfAll = 0;
        }
    }

    /// <summary>
    /// Measures how much a round trip brings. A window that is smaller than that is what limits a stream (the bandwidth-delay
    /// product, as gRPC's BDP estimation does it).
    /// </summary>
    private void Sample()
    {
        if (!_isSampling && _windowWanted < _options.StreamWindowBytesMax)
        {
            _isSampling = true;
            _sampledBytes = 0;
            WritePing(SamplePing);
        }
    }

    private void OnSampled()
    {
        _isSampling = false;
        // The PING left when half of a window was used: a sender that waits for windows had the other half to send.
        if (_sampledBytes >= _windowWanted / 3)
        {
            _windowWanted = (int)Math.Min(2L * Math.Max(_sampledBytes, _windowWanted), _options.StreamWindowBytesMax);
        }
    }

    /// <summary>Because of what the peer sent: counts among what it makes us write.</summary>
    private void WriteReset(int id, Http2ErrorCode code)
    {
        RememberReset(id);
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)code);
        WriteControl(Http2FrameType.RstStream, Http2FrameFlags.None, id, payload);
    }

    private void WriteWindowUpdate(int id, int increment)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, increment);
        WriteFrame(Http2FrameType.WindowUpdate, Http2FrameFlags.None, id, payload);
    }

    private void WritePing(ulong data)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(payload, data);
        _pingsUnanswered++;
        WriteFrame(Http2FrameType.Ping, Http2FrameFlags.None, 0, payload);
    }

    private void WriteGoAway(int lastId, Http2ErrorCode code)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, lastId);
        BinaryPrimitives.WriteUInt32BigEndian(payload[4..], (uint)code);
        WriteFrame(Http2FrameType.GoAway, Http2FrameFlags.None, 0, payload);
    }

    /// <summary>Writes a frame that the peer can make us write.</summary>
    private void WriteControl(Http2FrameType type, Http2FrameFlags flags, int id, ReadOnlySpan<byte> payload)
    {
        WriteFrame(type, flags, id, payload);
        CountUnread();
    }

    private void CountUnread()
    {
        _unreadSince++;
        if (_unreadBefore + _unreadSince > UnreadFramesMax + (2 * _options.StreamsMax) && Error is null)
        {
            _owner.OnAbuse(Http2Abuse.OutputFlood);
            End(Http2ErrorCode.EnhanceYourCalm);
        }
    }

    private void WriteFrame(Http2FrameType type, Http2FrameFlags flags, int id, ReadOnlySpan<byte> payload)
    {
        int size = Http2FrameHeader.Size + payload.Length;
        Span<byte> room = _owner.Reserve(size);
        new Http2FrameHeader(payload.Length, type, flags, id).Write(room);
        payload.CopyTo(room[Http2FrameHeader.Size..]);
        _owner.Commit(room[..size]);
    }
}
