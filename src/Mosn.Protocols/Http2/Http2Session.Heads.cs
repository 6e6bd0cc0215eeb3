namespace Mosn.Protocols.Http2;

/// <content>Field blocks that come in: heads and trailers.</content>
public sealed partial class Http2Session
{
    /// <summary>Frames of one field block: in frames as large as they may be, none that is worth an answer takes more.</summary>
    private const int FragmentCountMax = 64;

    // The field block that goes on in CONTINUATION frames.
    private byte[] _fragments = [];
    private int _fragmentBytes;
    private int _fragmentCount;
    private int _fragmentsOf;
    private bool _blockEndsStream;

    private Http2ErrorCode ReceiveHeaders(Http2FrameHeader frame, ReadOnlySpan<byte> payload, long nowMs)
    {
        if (frame.StreamId == 0)
        {
            return Http2ErrorCode.ProtocolError;
        }
        int start = 0;
        int padding = 0;
        if (frame.Has(Http2FrameFlags.Padded))
        {
            if (payload.IsEmpty)
            {
                return Http2ErrorCode.FrameSizeError;
            }
            padding = payload[0];
            start = 1;
        }
        bool hasPriority = frame.Has(Http2FrameFlags.Priority);
        if (hasPriority && payload.Length - start < 5)
        {
            return Http2ErrorCode.FrameSizeError;
        }
        start += hasPriority ? 5 : 0;
        if (payload.Length - start < padding)
        {
            return Http2ErrorCode.ProtocolError;
        }
        ReadOnlySpan<byte> fragment = payload[start..^padding];
        bool endStream = frame.Has(Http2FrameFlags.EndStream);
        if (frame.Has(Http2FrameFlags.EndHeaders))
        {
            return ReceiveBlock(frame.StreamId, fragment, endStream, nowMs);
        }
        _fragmentsOf = frame.StreamId;
        _blockEndsStream = endStream;
        return Keep(fragment, nowMs);
    }

    private Http2ErrorCode ReceiveContinuation(Http2FrameHeader frame, ReadOnlySpan<byte> payload, long nowMs)
    {
        if (_fragmentsOf == 0)
        {
            return Http2ErrorCode.ProtocolError;
        }
        Http2ErrorCode error = Keep(payload, nowMs);
        if (error != Http2ErrorCode.NoError || !frame.Has(Http2FrameFlags.EndHeaders))
        {
            return error;
        }
        int id = _fragmentsOf;
        byte[] fragments = _fragments;
        int length = _fragmentBytes;
        _fragmentsOf = _fragmentBytes = _fragmentCount = 0;
        _fragments = []; // A head that takes several frames is rare: nothing is kept for the next one.
        return ReceiveBlock(id, fragments.AsSpan(0, length), _blockEndsStream, nowMs);
    }

    private Http2ErrorCode Keep(ReadOnlySpan<byte> fragment, long nowMs)
    {
        int length = _fragmentBytes + fragment.Length;
        long most = (long)Http2HeadLimits.BombFactor * _options.HeadLimits.ListBytesMax; // What is too large gets an answer.
        if (++_fragmentCount > FragmentCountMax || length > most)
        {
            return Calm(Http2Abuse.ContinuationFlood);
        }
        if (fragment.IsEmpty && Spend(Http2Abuse.EmptyFrameFlood, nowMs) is not Http2ErrorCode.NoError and var calm)
        {
            return calm;
        }
        if (_fragments.Length < length)
        {
            Array.Resize(ref _fragments, (int)Math.Clamp(2L * _fragments.Length, length, most));
        }
        fragment.CopyTo(_fragments.AsSpan(_fragmentBytes));
        _fragmentBytes = length;
        return Http2ErrorCode.NoError;
    }

    /// <summary>A whole field block: it is decoded in any case, or the tables of the two ends would differ.</summary>
    private Http2ErrorCode ReceiveBlock(int id, ReadOnlySpan<byte> block, bool endStream, long nowMs)
    {
        if (_streams.TryGetValue(id, out Http2Stream? stream))
        {
            return stream.IsRemoteEnded ? DropBlock(block, stream, nowMs)
                : stream.HasHead ? ReceiveTrailers(stream, block, endStream, nowMs)
                : ReceiveHead(stream, block, endStream, nowMs);
        }
        if (!IsIdle(id))
        {
            return MayBeLate(id) ? Skip(block)
                : !_isServer ? DropBlock(block, id, nowMs) // Less than the end of a connection that many share.
                : WasLeftOut(id) ? Http2ErrorCode.ProtocolError
                : Http2ErrorCode.StreamClosed;
        }
        if (!_isServer || !IsPeerId(id))
        {
            return Http2ErrorCode.ProtocolError;
        }
        TakePeerId(id);
        if (id > _goAwayId)
        {
            return Skip(block); // RFC 9113 section 6.8: after the last stream was named, new ones are ignored.
        }
        _guard.Earn(Http2Abuse.PriorityFlood, 2);
        Http2Stream? opened = StreamCount < _options.StreamsMax ? _owner.RentStream() : null;
        if (opened is null)
        {
            Http2ErrorCode error = Skip(block);
            return error != Http2ErrorCode.NoError ? error : Refuse(id, nowMs);
        }
        Register(opened, id);
        opened.BornMs = nowMs;
        return ReceiveHead(opened, block, endStream, nowMs);
    }

    /// <summary>
    /// Only who knows how many streams there may be does wrong by opening more: many clients begin before our settings are
    /// there, and none knows of those that are over and still held.
    /// </summary>
    private Http2ErrorCode Refuse(int id, long nowMs)
    {
        WriteReset(id, Http2ErrorCode.RefusedStream);
        if (AwaitsSettingsAck)
        {
            _refusedUpTo = id;
            return Http2ErrorCode.NoError;
        }
        return StreamCount < _options.StreamsMax ? Http2ErrorCode.NoError : Spend(Http2Abuse.ProvokedReset, nowMs);
    }

    private Http2ErrorCode ReceiveHead(Http2Stream stream, ReadOnlySpan<byte> block, bool endStream, long nowMs)
    {
        _guard.Earn(Http2Abuse.EmptyFrameFlood, 1); // Some frameworks send one before each body.
        Http2HeadStatus status = stream.ReadHead(_decoder, block, endStream);
        if (status == Http2HeadStatus.Complete && stream.IsInterim)
        {
            if (!endStream)
            {
                stream.OnInterim();
                return Http2ErrorCode.NoError;
            }
            status = Http2HeadStatus.Malformed;
        }
        switch (status)
        {
            case Http2HeadStatus.Complete:
                stream.HasHead = true;
                if (endStream)
                {
                    EndRemote(stream);
                }
                stream.OnHead();
                return Http2ErrorCode.NoError;
            case Http2HeadStatus.TooLarge:
                stream.HasHead = true;
                if (endStream)
                {
                    EndRemote(stream);
                }
                stream.OnHeadTooLarge();
                return Http2ErrorCode.NoError;
            case Http2HeadStatus.Malformed when _isServer:
                // No request came of it, so nobody but the session knows the stream.
                Http2ErrorCode error = Reset(stream, Http2ErrorCode.ProtocolError, nowMs);
                _owner.ReturnStream(stream);
                return error;
            default:
                if (_isServer)
                {
                    Forget(stream);
                    _owner.ReturnStream(stream);
                }
                return OnBadBlock(status, stream, nowMs);
        }
    }

    private Http2ErrorCode ReceiveTrailers(Http2Stream stream, ReadOnlySpan<byte> block, bool endStream, long nowMs)
    {
        Http2HeadStatus status = stream.ReadTrailers(_decoder, block);
        if (status == Http2HeadStatus.Complete && (!endStream || stream.BodyLeft > 0))
        {
            status = Http2HeadStatus.Malformed;
        }
        if (status != Http2HeadStatus.Complete)
        {
            return OnBadBlock(status, stream, nowMs);
        }
        EndRemote(stream);
        stream.OnTrailers();
        return Http2ErrorCode.NoError;
    }

    private Http2ErrorCode OnBadBlock(Http2HeadStatus status, Http2Stream stream, long nowMs) => status switch
    {
        Http2HeadStatus.BadCompression => Http2ErrorCode.CompressionError,
        Http2HeadStatus.Bomb => Calm(Http2Abuse.HeaderBomb),
        _ => StreamError(stream, Http2ErrorCode.ProtocolError, nowMs),
    };

    /// <summary>A block for a stream whose far side had ended.</summary>
    private Http2ErrorCode DropBlock(ReadOnlySpan<byte> block, Http2Stream stream, long nowMs)
    {
        Http2ErrorCode error = Skip(block);
        return error != Http2ErrorCode.NoError ? error : StreamError(stream, Http2ErrorCode.StreamClosed, nowMs);
    }

    /// <inheritdoc cref="DropBlock(ReadOnlySpan{byte}, Http2Stream, long)"/>
    private Http2ErrorCode DropBlock(ReadOnlySpan<byte> block, int id, long nowMs)
    {
        Http2ErrorCode error = Skip(block);
        return error != Http2ErrorCode.NoError ? error : StreamError(id, Http2ErrorCode.StreamClosed, nowMs);
    }

    private Http2ErrorCode Skip(ReadOnlySpan<byte> block) => Http2HeadReader.Skip(_decoder, block, _options.HeadLimits) switch
    {
        Http2HeadStatus.BadCompression => Http2ErrorCode.CompressionError,
        Http2HeadStatus.Bomb => Calm(Http2Abuse.HeaderBomb),
        _ => Http2ErrorCode.NoError,
    };
}
