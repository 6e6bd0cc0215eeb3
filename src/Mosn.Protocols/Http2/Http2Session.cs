namespace Mosn.Protocols.Http2;

/// <summary>
/// One end of an HTTP/2 connection (RFC 9113) without input or output of its own: bytes in, calls and frames out. Knows
/// the streams, their states and windows, the settings of both ends and the compression; bodies stay with its owner.
/// </summary>
/// <remarks>
/// Not for use by two threads. Memory is bounded by the options. The connection's receive window is given back as data
/// arrives and the streams' windows as it is taken, so what waits is bounded by the streams, and a stream that nobody
/// reads does not stop the others. Time is the caller's, in milliseconds from any beginning.
/// </remarks>
public sealed partial class Http2Session
{
    /// <summary>Streams that are assumed to be allowed until the peer's settings are there.</summary>
    private const int StreamsMaxUntilSettings = 100;

    /// <summary>About what the control data of a request takes.</summary>
    private const uint HeadBytesMaxMin = 256;

    /// <summary>
    /// Streams that we reset and for which frames may still be on their way: at least so many are remembered, and twice what
    /// may be open at a time.
    /// </summary>
    private const int ResetsRememberedMin = 128;
    private const int ResetsRememberedMax = 4096;

    private readonly bool _isServer;
    private readonly Http2SessionOptions _options;
    private readonly IHttp2SessionOwner _owner;
    private readonly Dictionary<int, Http2Stream> _streams = [];
    private readonly HpackDecoder _decoder = new();
    private Http2FloodGuard _guard;
    private Http2Settings _peer = new();
    private int[]? _resets;
    private int _resetCount;

    /// <summary>The largest number of those that are remembered no more.</summary>
    private int _resetForgotten;

    /// <summary>The last stream that was refused while the peer did not know how many there may be.</summary>
    private int _refusedUpTo;
    private int _lastPeerId;

    /// <summary>Which of the client's last 64 numbers it has used: bit n is <see cref="_lastPeerId"/> less 2n.</summary>
    private ulong _recentPeerIds;
    private int _lastOwnId = -1;
    private int _goAwayId = int.MaxValue;
    private int _settingsUnacked;
    private int _pingsUnanswered;
    private bool _peerSettingsSeen;

    /// <param name="isServer">Whether the peer is the client.</param>
    /// <param name="owner">Gets the calls, on this stack; nothing is called before <see cref="Start"/>.</param>
    public Http2Session(bool isServer, Http2SessionOptions options, IHttp2SessionOwner owner)
    {
        _isServer = isServer;
        _options = options;
        _owner = owner;
        _guard = new Http2FloodGuard(options.FloodLimits);
        _prefaceLeft = isServer ? Http2Preface.Bytes.Length : 0;
        _sendWindow = InitialWindow;
        _receiveWindow = options.ConnectionWindowBytes;
        _growthLeft = options.WindowGrowthBytesMax;
        _windowWanted = options.StreamWindowBytes;
    }

    /// <summary>Compresses what is sent.</summary>
    public HpackEncoder Encoder { get; } = new();

    /// <summary>Streams that are live.</summary>
    public int StreamCount => _streams.Count;

    /// <summary>Why the connection is over; null while it is not. Once set, input is dropped.</summary>
    public Http2ErrorCode? Error { get; private set; }

    /// <summary>True once the peer's first SETTINGS were there.</summary>
    public bool HasPeerSettings => _peerSettingsSeen;

    /// <summary>True while the peer owes an acknowledgement of our settings.</summary>
    public bool AwaitsSettingsAck => _settingsUnacked > 0;

    /// <summary>What the peer accepts.</summary>
    public ref readonly Http2Settings PeerSettings => ref _peer;

    /// <summary>
    /// Bytes of a head, or of trailers, that the peer takes, for <see cref="Http2HeadWriter.Fits(RequestHead, uint)"/>. A bound
    /// that not the smallest message can keep is no bound.
    /// </summary>
    public uint HeadBytesMax => _peer.MaxHeaderListSize < HeadBytesMaxMin ? uint.MaxValue : _peer.MaxHeaderListSize;

    /// <summary>True once the peer said that it takes no new streams.</summary>
    public bool PeerGoesAway { get; private set; }

    /// <summary>True once we have named the last stream that we take.</summary>
    public bool GoesAway { get; private set; }

    /// <summary>True between the frames of one field block: no other frame may come.</summary>
    public bool IsInFieldBlock => _fragmentsOf != 0;

    /// <summary>Client: whether one more stream may be opened now.</summary>
    public bool MayOpen => !IsSpent && StreamCount < StreamsMax;

    /// <summary>Client: no further stream can be opened, ever: one of the two goes away, or the ids are used up.</summary>
    public bool IsSpent => Error is not null || PeerGoesAway || GoesAway || _lastOwnId > int.MaxValue - 2;

    /// <summary>Client: streams that the peer allows at a time.</summary>
    public int StreamsMax =>
        _peerSettingsSeen ? (int)Math.Min(_peer.MaxConcurrentStreams, int.MaxValue) : StreamsMaxUntilSettings;

    /// <summary>All live streams. For looking at, not while streams come and go.</summary>
    public Dictionary<int, Http2Stream>.ValueCollection Streams => _streams.Values;

    /// <summary>
    /// Server: takes over a connection whose first request came as HTTP/1.1 with <c>Upgrade: h2c</c> (RFC 7540 section
    /// 3.2): that request is stream 1, and has ended. After <see cref="Start"/>.
    /// </summary>
    /// <param name="settings">The payload of its <c>HTTP2-Settings</c>, a valid one.</param>
    public void AcceptUpgrade(ReadOnlySpan<byte> settings, Http2Stream stream)
    {
        Check.That(_isServer && _lastPeerId == 0);
        Check.That(_peer.Apply(settings, fromServer: false) == Http2ErrorCode.NoError);
        Encoder.TableBytesMax = (int)Math.Min(_peer.HeaderTableSize, int.MaxValue);
        TakePeerId(1);
        Register(stream, 1);
        stream.HasHead = stream.IsRemoteEnded = true;
    }

    /// <summary>The connection is over, and so is the stream, without a word to anybody.</summary>
    public void Abandon(Http2Stream stream)
    {
        if (stream.IsLive)
        {
            Forget(stream);
        }
    }

    /// <summary>The stream is live from here on.</summary>
    private void Register(Http2Stream stream, int id)
    {
        stream.Id = id;
        stream.IsLive = true;
        stream.SendWindow = _peer.InitialWindowSize;
        stream.ReceiveWindow = _options.StreamWindowBytes + (AwaitsSettingsAck ? WindowCut : 0);
        stream.WindowTarget = _options.StreamWindowBytes;
        _streams.Add(id, stream);
    }

    private void Forget(Http2Stream stream)
    {
        stream.IsLive = false;
        _streams.Remove(stream.Id);
        _growthLeft += stream.WindowTarget - _options.StreamWindowBytes;
        if (_dataStream == stream)
        {
            _dataStream = null;
        }
    }

    private void RememberReset(int id)
    {
        _resets ??= new int[Math.Clamp(2 * _options.StreamsMax, ResetsRememberedMin, ResetsRememberedMax)];
        ref int place = ref _resets[_resetCount++ % _resets.Length];
        _resetForgotten = Math.Max(_resetForgotten, place);
        place = id;
    }

    /// <summary>
    /// True if frames for the stream may still be on their way, from before the peer saw our RST_STREAM or GOAWAY. Of our
    /// own streams any may that could have been reset: a host with many is not left because of one that we forgot.
    /// </summary>
    private bool MayBeLate(int id) =>
        (IsPeerId(id) ? id > _goAwayId || id <= _refusedUpTo : id <= _resetForgotten)
        || (_resets is not null && _resets.AsSpan().Contains(id));

    private bool IsIdle(int id) => IsPeerId(id) ? id > _lastPeerId : id > _lastOwnId;

    private void TakePeerId(int id)
    {
        uint step = (uint)(id - _lastPeerId + 1) / 2;
        _recentPeerIds = step < 64 ? (_recentPeerIds << (int)step) | 1 : 1;
        _lastPeerId = id;
    }

    /// <summary>
    /// The client has used larger numbers, but not this one, and so never may (RFC 9113 section 5.1.1). Of those long ago
    /// nothing is known.
    /// </summary>
    private bool WasLeftOut(int id)
    {
        int age = (_lastPeerId - id) / 2;
        return _isServer && age < 64 && (_recentPeerIds >> age & 1) == 0;
    }

    private bool IsPeerId(int id) => (id & 1) == (_isServer ? 1 : 0);
}
