using System.Buffers.Binary;

namespace Mosn.Protocols.Http2;

/// <content>Frames that come in.</content>
public sealed partial class Http2Session
{
    /// <summary>
    /// Milliseconds after which a request that is reset has cost its client a stream for long enough: it made no work for
    /// nothing, or not more than one that is answered.
    /// </summary>
    private const long RapidMs = 1000;

    private int _prefaceLeft;

    // The DATA frame that is being received.
    private Http2Stream? _dataStream;
    private int _dataLeft;
    private int _paddingLeft;
    private bool _isInData;
    private bool _dataEndsStream;

    /// <summary>
    /// Takes one step through the input, the bytes behind what was consumed so far. Calls streams and owner on the way.
    /// Needs at most one frame of <see cref="Http2Settings.FrameSizeMin"/> with its header at a time, and bodies in any
    /// pieces.
    /// </summary>
    /// <param name="nowMs">The time, for what is counted by the second.</param>
    public Http2Step Receive(ReadOnlySpan<byte> input, long nowMs)
    {
        if (Error is not null)
        {
            return new Http2Step(input.Length);
        }
        if (_prefaceLeft > 0)
        {
            return ReceivePreface(input);
        }
        if (_isInData)
        {
            return ReceiveData(input, 0);
        }
        if (input.Length < Http2FrameHeader.Size)
        {
            return default;
        }
        Http2FrameHeader frame = Http2FrameHeader.Read(input);
        if (frame.Length > Http2Settings.FrameSizeMin)
        {
            return Fail(Http2ErrorCode.FrameSizeError, input);
        }
        if (_fragmentsOf != 0 ? frame.Type != Http2FrameType.Continuation || frame.StreamId != _fragmentsOf
            : !_peerSettingsSeen && (frame.Type != Http2FrameType.Settings || frame.Has(Http2FrameHeader.Ack)))
        {
            return Fail(Http2ErrorCode.ProtocolError, input);
        }
        if (frame.Type == Http2FrameType.Data)
        {
            return BeginData(frame, input, nowMs);
        }
        int size = Http2FrameHeader.Size + frame.Length;
        if (input.Length < size)
        {
            return default;
        }
        Http2ErrorCode error = Receive(frame, input[Http2FrameHeader.Size..size], nowMs);
        return error == Http2ErrorCode.NoError || Error is not null ? new Http2Step(size) : Fail(error, input);
    }

    private Http2Step ReceivePreface(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> rest = Http2Preface.Bytes[^_prefaceLeft..];
        int count = Math.Min(rest.Length, input.Length);
        if (!input[..count].SequenceEqual(rest[..count]))
        {
            return Fail(Http2ErrorCode.ProtocolError, input);
        }
        _prefaceLeft -= count;
        return new Http2Step(count);
    }

    /// <summary>One whole frame that is not DATA. What is returned ends the connection.</summary>
    private Http2ErrorCode Receive(Http2FrameHeader frame, ReadOnlySpan<byte> payload, long nowMs)
    {
        switch (frame.Type)
        {
            case Http2FrameType.Headers:
                return ReceiveHeaders(frame, payload, nowMs);
            case Http2FrameType.Continuation:
                return ReceiveContinuation(frame, payload, nowMs);
            case Http2FrameType.RstStream:
                return ReceiveReset(frame, payload, nowMs);
            case Http2FrameType.Settings:
                return ReceiveSettings(frame, payload, nowMs);
            case Http2FrameType.Ping:
                return ReceivePing(frame, payload, nowMs);
            case Http2FrameType.GoAway:
                return ReceiveGoAway(frame, payload, nowMs);
            case Http2FrameType.WindowUpdate:
                return ReceiveWindowUpdate(frame, payload, nowMs);
            case Http2FrameType.PushPromise:
                return Http2ErrorCode.ProtocolError; // Clients may not send it, and servers were told not to.
            case Http2FrameType.Priority when frame.StreamId == 0:
                return Http2ErrorCode.ProtocolError;
            case Http2FrameType.Priority when payload.Length != 5:
                // One that is not live cannot be reset (section 6.4); an error of a stream may end the connection (5.4.2).
                return _streams.TryGetValue(frame.StreamId, out Http2Stream? stream)
                    ? StreamError(stream, Http2ErrorCode.FrameSizeError, nowMs)
                    : Http2ErrorCode.FrameSizeError;
            default:
                return Spend(Http2Abuse.PriorityFlood, nowMs); // PRIORITY and what we do not know: ignored.
        }
    }

    private Http2Step BeginData(Http2FrameHeader frame, ReadOnlySpan<byte> input, long nowMs)
    {
        bool isPadded = frame.Has(Http2FrameFlags.Padded);
        if (isPadded && frame.Length == 0)
        {
            return Fail(Http2ErrorCode.FrameSizeError, input);
        }
        int size = Http2FrameHeader.Size + (isPadded ? 1 : 0);
        if (input.Length < size)
        {
            return default;
        }
        int padding = isPadded ? input[Http2FrameHeader.Size] : 0;
        int overhead = isPadded ? padding + 1 : 0;
        if (frame.StreamId == 0 || overhead > frame.Length || IsIdle(frame.StreamId))
        {
            return Fail(Http2ErrorCode.ProtocolError, input);
        }
        if (frame.Length > _receiveWindow)
        {
            return Fail(Http2ErrorCode.FlowControlError, input);
        }
        _receiveWindow -= frame.Length;
        CreditConnection(frame.Length);

        bool endStream = frame.Has(Http2FrameFlags.EndStream);
        _isInData = true;
        _dataLeft = frame.Length - overhead;
        _paddingLeft = padding;
        _dataEndsStream = endStream;
        Http2ErrorCode error = AdmitData(frame, overhead, nowMs);
        return error != Http2ErrorCode.NoError ? Fail(error, input) : ReceiveData(input, size);
    }

    /// <summary>Finds whose data it is, and whether that stream may get it. What nobody may get is dropped.</summary>
    private Http2ErrorCode AdmitData(Http2FrameHeader frame, int overhead, long nowMs)
    {
        _dataStream = null;
        if (_dataLeft == 0 && !_dataEndsStream && Spend(Http2Abuse.EmptyFrameFlood, nowMs) is not Http2ErrorCode.NoError and var calm)
        {
            return calm;
        }
        if (!_streams.TryGetValue(frame.StreamId, out Http2Stream? stream))
        {
            return MayBeLate(frame.StreamId) ? Http2ErrorCode.NoError
                : StreamError(frame.StreamId, Http2ErrorCode.StreamClosed, nowMs);
        }
        if (stream.IsRemoteEnded)
        {
            return StreamError(stream, Http2ErrorCode.StreamClosed, nowMs);
        }
        if (frame.Length > Math.Max(0, stream.ReceiveWindow))
        {
            return StreamError(stream, Http2ErrorCode.FlowControlError, nowMs);
        }
        stream.ReceiveWindow -= frame.Length;
        if (!stream.HasHead || !TryCountBody(stream))
        {
            return StreamError(stream, Http2ErrorCode.ProtocolError, nowMs);
        }
        _dataStream = stream;
        if (overhead > 0 && !_dataEndsStream)
        {
            Credit(stream, overhead);
        }
        return Http2ErrorCode.NoError;
    }

    /// <summary>False: there is more or less of the body than its head said.</summary>
    private bool TryCountBody(Http2Stream stream)
    {
        if (stream.BodyLeft < 0)
        {
            return true;
        }
        stream.BodyLeft -= _dataLeft;
        return _dataEndsStream ? stream.BodyLeft == 0 : stream.BodyLeft >= 0;
    }

    private Http2Step ReceiveData(ReadOnlySpan<byte> input, int at)
    {
        int length = Math.Min(_dataLeft, input.Length - at);
        _dataLeft -= length;
        int consumed = at + length;
        if (_dataLeft == 0)
        {
            int padding = Math.Min(_paddingLeft, input.Length - consumed);
            _paddingLeft -= padding;
            consumed += padding;
        }
        bool isWhole = _dataLeft + _paddingLeft == 0;
        Http2Stream? stream = _dataStream;
        if (isWhole)
        {
            _isInData = false;
            _dataStream = null;
        }
        if (stream is null)
        {
            return new Http2Step(consumed);
        }
        _sampledBytes += length;
        bool endStream = isWhole && _dataEndsStream;
        if (endStream)
        {
            EndRemote(stream);
        }
        return new Http2Step(consumed, length > 0 || endStream ? stream : null, at, length, endStream);
    }

    private void EndRemote(Http2Stream stream)
    {
        stream.IsRemoteEnded = true;
        if (stream.IsLocalEnded)
        {
            Complete(stream);
        }
    }

    /// <summary>Both sides have ended, in order.</summary>
    private void Complete(Http2Stream stream)
    {
        Forget(stream);
        _guard.Earn(Http2Abuse.RapidReset, 1);
    }

    private Http2ErrorCode ReceiveReset(Http2FrameHeader frame, ReadOnlySpan<byte> payload, long nowMs)
    {
        if (payload.Length != 4)
        {
            return Http2ErrorCode.FrameSizeError;
        }
        if (frame.StreamId == 0 || IsIdle(frame.StreamId))
        {
            return Http2ErrorCode.ProtocolError;
        }
        if (!_streams.TryGetValue(frame.StreamId, out Http2Stream? stream))
        {
            return Spend(Http2Abuse.PriorityFlood, nowMs); // Late, and without effect.
        }
        Http2ErrorCode code = (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload);
        bool isRapid = _isServer && nowMs - stream.BornMs < Math.Min(RapidMs, stream.PatienceMs);
        Forget(stream);
        stream.OnEnd(code == Http2ErrorCode.RefusedStream ? Http2StreamEnd.Refused : Http2StreamEnd.PeerReset, code);
        return isRapid ? Spend(Http2Abuse.RapidReset, nowMs) : Http2ErrorCode.NoError;
    }

    private Http2ErrorCode ReceiveSettings(Http2FrameHeader frame, ReadOnlySpan<byte> payload, long nowMs)
    {
        bool isAck = frame.Has(Http2FrameHeader.Ack);
        if (frame.StreamId != 0)
        {
            return Http2ErrorCode.ProtocolError;
        }
        if (isAck ? payload.Length > 0 : payload.Length % Http2Settings.ParameterSize != 0)
        {
            return Http2ErrorCode.FrameSizeError;
        }
        if (isAck)
        {
            return ReceiveSettingsAck();
        }
        int window = _peer.InitialWindowSize;
        Http2ErrorCode error = _peer.Apply(payload, fromServer: !_isServer);
        if (error != Http2ErrorCode.NoError)
        {
            return error;
        }
        Http2Settings.ApplyTableSizes(payload, Encoder);
        if (_peer.InitialWindowSize != window && !TryMoveWindows(_peer.InitialWindowSize - (long)window))
        {
            return Http2ErrorCode.FlowControlError;
        }
        _peerSettingsSeen = true;
        WriteControl(Http2FrameType.Settings, Http2FrameHeader.Ack, 0, default);
        _owner.OnSettings();
        _owner.OnSendWindow();
        return Spend(Http2Abuse.SettingsFlood, nowMs);
    }

    private Http2ErrorCode ReceiveSettingsAck()
    {
        if (--_settingsUnacked < 0)
        {
            return Http2ErrorCode.ProtocolError;
        }
        foreach (Http2Stream stream in _streams.Values)
        {
            stream.ReceiveWindow -= WindowCut; // As the peer has just done (RFC 9113 section 6.9.2).
        }
        return Http2ErrorCode.NoError;
    }

    private Http2ErrorCode ReceivePing(Http2FrameHeader frame, ReadOnlySpan<byte> payload, long nowMs)
    {
        if (frame.StreamId != 0)
        {
            return Http2ErrorCode.ProtocolError;
        }
        if (payload.Length != 8)
        {
            return Http2ErrorCode.FrameSizeError;
        }
        if (frame.Has(Http2FrameHeader.Ack))
        {
            if (_pingsUnanswered == 0)
            {
                return Spend(Http2Abuse.PingFlood, nowMs);
            }
            _pingsUnanswered--;
            OnPong(BinaryPrimitives.ReadUInt64BigEndian(payload));
            return Http2ErrorCode.NoError;
        }
        WriteControl(Http2FrameType.Ping, Http2FrameHeader.Ack, 0, payload);
        return Spend(Http2Abuse.PingFlood, nowMs);
    }

    private void OnPong(ulong payload)
    {
        switch (payload)
        {
            case SamplePing:
                OnSampled();
                break;
            case DrainPing when _isDraining:
                FinishDrain();
                break;
            default:
                _owner.OnPong(payload);
                break;
        }
    }

    private Http2ErrorCode ReceiveGoAway(Http2FrameHeader frame, ReadOnlySpan<byte> payload, long nowMs)
    {
        if (frame.StreamId != 0)
        {
            return Http2ErrorCode.ProtocolError;
        }
        if (payload.Length < 8)
        {
            return Http2ErrorCode.FrameSizeError;
        }
        int lastId = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        Http2ErrorCode code = (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload[4..]);
        PeerGoesAway = true;
        if (!_isServer)
        {
            RefuseAbove(lastId);
        }
        _owner.OnGoAway(code);
        return Spend(Http2Abuse.PriorityFlood, nowMs);
    }

    /// <summary>Our streams that the peer did not look at, and will not.</summary>
    private void RefuseAbove(int lastId)
    {
        int[] refused = [.. _streams.Keys.Where(id => id > lastId)];
        foreach (int id in refused)
        {
            if (_streams.TryGetValue(id, out Http2Stream? stream)) // One that ended may have ended others.
            {
                Forget(stream);
                stream.OnEnd(Http2StreamEnd.Refused, Http2ErrorCode.RefusedStream);
            }
        }
    }

    private Http2ErrorCode ReceiveWindowUpdate(Http2FrameHeader frame, ReadOnlySpan<byte> payload, long nowMs)
    {
        if (payload.Length != 4)
        {
            return Http2ErrorCode.FrameSizeError;
        }
        if (Spend(Http2Abuse.WindowUpdateFlood, nowMs) is not Http2ErrorCode.NoError and var calm)
        {
            return calm;
        }
        int increment = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        if (frame.StreamId == 0)
        {
            _sendWindow += increment;
            _owner.OnSendWindow();
            return increment == 0 ? Http2ErrorCode.ProtocolError
                : _sendWindow > int.MaxValue ? Http2ErrorCode.FlowControlError
                : Http2ErrorCode.NoError;
        }
        if (IsIdle(frame.StreamId))
        {
            return Http2ErrorCode.ProtocolError;
        }
        if (!_streams.TryGetValue(frame.StreamId, out Http2Stream? stream))
        {
            return Http2ErrorCode.NoError;
        }
        stream.SendWindow += increment;
        if (increment == 0 || stream.SendWindow > int.MaxValue)
        {
            return StreamError(
                stream, increment == 0 ? Http2ErrorCode.ProtocolError : Http2ErrorCode.FlowControlError, nowMs);
        }
        _owner.OnSendWindow();
        return Http2ErrorCode.NoError;
    }

    private bool TryMoveWindows(long delta)
    {
        bool isInRange = true;
        foreach (Http2Stream stream in _streams.Values)
        {
            stream.SendWindow += delta;
            isInRange &= stream.SendWindow <= int.MaxValue;
        }
        return isInRange;
    }

    /// <summary>Ends a live stream because of what the peer sent on it; whoever has it hears of it.</summary>
    private Http2ErrorCode StreamError(Http2Stream stream, Http2ErrorCode code, long nowMs)
    {
        Http2ErrorCode error = Reset(stream, code, nowMs);
        stream.OnEnd(Http2StreamEnd.Violation, code);
        return error;
    }

    private Http2ErrorCode Reset(Http2Stream stream, Http2ErrorCode code, long nowMs)
    {
        int id = stream.Id;
        Forget(stream);
        return StreamError(id, code, nowMs);
    }

    /// <summary>Says that nothing more is wanted on a stream that is not live.</summary>
    private Http2ErrorCode StreamError(int id, Http2ErrorCode code, long nowMs)
    {
        WriteReset(id, code);
        return Spend(Http2Abuse.ProvokedReset, nowMs);
    }

    private Http2ErrorCode Spend(Http2Abuse kind, long nowMs) =>
        _guard.Allows(kind, nowMs) ? Http2ErrorCode.NoError : Calm(kind);

    /// <summary>The peer has overdone it. What is returned is for the caller to end the connection with.</summary>
    private Http2ErrorCode Calm(Http2Abuse kind)
    {
        _owner.OnAbuse(kind);
        return Http2ErrorCode.EnhanceYourCalm;
    }

    private Http2Step Fail(Http2ErrorCode code, ReadOnlySpan<byte> input)
    {
        End(code);
        return new Http2Step(input.Length);
    }
}
