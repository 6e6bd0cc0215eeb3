using Mosn.Transport;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Network;

/// <content>What the loop and the transport call: reading, flushing, timers, and the way to the end.</content>
public sealed partial class Connection
{
    void ITransportEvents.OnConnected(int error)
    {
        if (_state != State.Connecting)
        {
            return;
        }
        _connectDeadlineMs = Never;
        if (error != 0)
        {
            Close(ConnectionCloseKind.NoFlush, ConnectionEvent.ConnectFailed);
            return;
        }
        _state = State.Open;
        _lastReadMs = _lastProgressMs = Loop.NowMs;
        Raise(ConnectionEvent.Connected);
        if (_state == State.Open)
        {
            ArmTimer();
            if (Output.Length > 0)
            {
                MarkDirty();
            }
            RunReadFilters();
        }
    }

    void ITransportEvents.OnReadable()
    {
        if (_state is State.Flushing or State.Lingering)
        {
            DropInput();
        }
        else if (_state == State.Open && !_hasReceived)
        {
            if (_largeReads)
            {
                Read(); // What is large leaves again while it is still in the processor's cache.
            }
            else if (CanReceive && Receive() > 0)
            {
                _hasReceived = true;
                Loop.AfterReads(this);
            }
            else
            {
                Input.ReleaseIfEmpty();
            }
        }
    }

    void ITurnInput.OnTurnInput()
    {
        _hasReceived = false;
        if (_state == State.Open)
        {
            RunReadFilters();
        }
        if (_state is State.Flushing or State.Lingering)
        {
            DropInput();
        }
        else if (_state == State.Open && _transport!.MayRead)
        {
            Read();
        }
        else
        {
            Input.ReleaseIfEmpty();
        }
    }

    void ITransportEvents.OnWritable() => MarkDirty();

    void ITurnStart.OnTurnStart()
    {
        _readDeferred = false;
        if (_state is State.Flushing or State.Lingering)
        {
            DropInput();
        }
        if (_state != State.Open)
        {
            return;
        }
        if (_showAgain)
        {
            _showAgain = false;
            RunReadFilters();
        }
        if (_state == State.Open)
        {
            Read();
        }
    }

    void ITurnEnd.OnTurnEnd()
    {
        _dirty = false;
        bool hasMore = _state == State.Open && OutputSource is { } source && source.Fill();
        if (_state is State.Open or State.Flushing)
        {
            Flush();
        }
        if (hasMore && IsWritable && _state == State.Open)
        {
            MarkDirty(); // After the others that have something to send.
        }
    }

    void IBugBoundary.OnBug()
    {
        if (!IsClosed)
        {
            Close(ConnectionCloseKind.Reset);
        }
        else if (_state != State.Closed)
        {
            Finish(CloseMode.Reset);
        }
    }

    /// <summary>One timer for all of the connection's times: looks which have come and arms the next.</summary>
    protected override void OnTimer()
    {
        long now = Loop.NowMs;
        if (_connectDeadlineMs <= now)
        {
            Close(ConnectionCloseKind.NoFlush, ConnectionEvent.ConnectTimeout);
            return;
        }
        if (_closeDeadlineMs <= now)
        {
            Finish(_state == State.Lingering ? CloseMode.Graceful : CloseMode.Reset);
            return;
        }
        if (_state == State.Open && WriteDueMs <= now)
        {
            Close(ConnectionCloseKind.Reset, ConnectionEvent.WriteTimeout);
            return;
        }
        if (_state == State.Open && IdleDueMs <= now)
        {
            Close(ConnectionCloseKind.Flush, ConnectionEvent.IdleTimeout);
            return;
        }
        if (_deadlineMs <= now)
        {
            _deadlineMs = Never;
            Raise(ConnectionEvent.Deadline);
        }
        if (_state != State.Closed)
        {
            ArmTimer();
        }
    }

    private bool CanReceive => _readDisabled == 0 && !_inputEnded && Input.Length < InputLimit;

    private bool CanReadOn => (CanReceive && _transport!.MayRead) || (_inputEnded && !_endShown);

    private long WriteDueMs =>
        _options.WriteTimeoutMs > 0 && Output.Length > 0 ? _lastProgressMs + _options.WriteTimeoutMs : Never;

    private long FlushDueMs => Loop.NowMs + Math.Max(_options.WriteTimeoutMs, _options.LingerMs);

    private long IdleDueMs => _options.IdleTimeoutMs <= 0 ? Never
        : IsBusy ? Loop.NowMs + _options.IdleTimeoutMs
        : Math.Max(_lastReadMs, _lastProgressMs) + _options.IdleTimeoutMs;

    private void Read()
    {
        int left = TurnBytesMax;
        while (CanReceive)
        {
            if (left <= 0)
            {
                ResumeReading();
                break;
            }
            int count = Receive();
            if (count == 0)
            {
                break;
            }
            left -= count;
            RunReadFilters();
            if (_state != State.Open || !_transport!.MayRead)
            {
                break;
            }
        }
        Input.ReleaseIfEmpty();
    }

    /// <summary>One read. Zero: there is nothing, or an end; that may have closed the connection.</summary>
    private int Receive()
    {
        Span<byte> room = Input.Reserve(_largeReads ? BufferPool.LargeChunkBytes : BufferPool.ChunkBytes);
        IoResult result = _transport!.Read(room);
        if (result.Status != IoStatus.Done)
        {
            _largeReads = false;
            OnReadEnded(result);
            return 0;
        }
        // A peer that fills a chunk has more: fewer and larger reads from now on.
        _largeReads = result.Count == room.Length;
        Input.Commit(result.Count);
        BytesRead += result.Count;
        _lastReadMs = Loop.NowMs;
        ByteCounter?.OnRead(result.Count);
        return result.Count;
    }

    private void OnReadEnded(IoResult result)
    {
        if (result.Status == IoStatus.EndOfInput)
        {
            _inputEnded = true;
            ShowEnd();
        }
        else if (result.Status == IoStatus.Failed)
        {
            Close(ConnectionCloseKind.NoFlush, ConnectionEvent.RemoteReset);
        }
    }

    private void ShowEnd()
    {
        _endShown = true;
        if (Filters.OnEndOfInput() == FilterStatus.Continue && !IsClosed)
        {
            Close(ConnectionCloseKind.NoFlush, ConnectionEvent.RemoteClose);
        }
    }

    private void RunReadFilters()
    {
        Check.That(!_inFilters);
        _inFilters = true;
        try
        {
            Filters.OnRead();
        }
        finally
        {
            _inFilters = false;
        }
    }

    private void MarkDirty()
    {
        if (!_dirty && _state != State.Closed)
        {
            _dirty = true;
            Loop.AtEndOfTurn(this);
        }
    }

    private void Flush()
    {
        if (Output.Length > 0)
        {
            if (Output.Length >= _options.OutputHighWatermark)
            {
                _aboveHigh = true;
            }
            IoResult result = _transport!.Flush(Output);
            if (result.Count > 0)
            {
                BytesWritten += result.Count;
                _lastProgressMs = Loop.NowMs;
                if (_state == State.Flushing)
                {
                    _closeDeadlineMs = Math.Min(FlushDueMs, _flushEndMs); // They may take as long as any, if they move.
                }
                ByteCounter?.OnWritten(result.Count);
            }
            if (result.Status == IoStatus.Failed)
            {
                OnWriteFailed();
                return;
            }
            if (result.Status == IoStatus.WouldBlock)
            {
                long due = Loop.NowMs + _options.WriteTimeoutMs;
                if (_options.WriteTimeoutMs > 0 && due < DeadlineMs)
                {
                    _lastProgressMs = Math.Max(_lastProgressMs, Loop.NowMs);
                    Loop.Timers.Set(this, due);
                }
            }
        }
        if (Output.Length == 0)
        {
            OnAllSent();
        }
        if (_aboveHigh && Output.Length <= _options.OutputLowWatermark && _state == State.Open)
        {
            _aboveHigh = false;
            Raise(ConnectionEvent.Writable);
        }
    }

    private void OnAllSent()
    {
        if (_state == State.Flushing)
        {
            _transport!.ShutdownWrite();
            if (_inputEnded)
            {
                Finish(CloseMode.Graceful);
                return;
            }
            _state = State.Lingering;
            _closeDeadlineMs = Loop.NowMs + _options.LingerMs;
            ArmTimer();
            DropInput();
        }
        else if (_endOutput && _state == State.Open)
        {
            _endOutput = false;
            _transport!.ShutdownWrite();
        }
    }

    private void OnWriteFailed()
    {
        if (_state == State.Flushing)
        {
            Finish(CloseMode.Reset);
            return;
        }
        // What the peer said before it broke the connection may still be there to read: a final response, for one.
        if (_state == State.Open && !_inFilters && _transport!.MayRead)
        {
            Read();
        }
        Close(ConnectionCloseKind.NoFlush, ConnectionEvent.RemoteReset);
    }

    private void BeginFlush()
    {
        _state = State.Flushing;
        Input.Release();
        _closeDeadlineMs = FlushDueMs;
        _flushEndMs = FlushDueMs + (Output.Length * 1000L / FlushRateMin);
        ArmTimer();
        MarkDirty();
    }

    private void DropInput()
    {
        // Bounded: a peer that floods a closed connection is reset when the time is over.
        for (int i = 0; i < 16 && _state is State.Flushing or State.Lingering && !_inputEnded; i++)
        {
            IoResult result = _transport!.Read(Input.Reserve());
            if (result.Status == IoStatus.WouldBlock)
            {
                break;
            }
            if (result.Status == IoStatus.Failed)
            {
                Finish(CloseMode.Reset);
                return;
            }
            _inputEnded = result.Status == IoStatus.EndOfInput;
            LingerBytesMax -= Math.Min(LingerBytesMax, result.Count);
            if (LingerBytesMax == 0)
            {
                Finish(CloseMode.Reset);
                return;
            }
        }
        Input.Release();
        if (_state == State.Lingering && _inputEnded)
        {
            Finish(CloseMode.Graceful);
        }
        else if (!_inputEnded && _transport!.MayRead && !_readDeferred)
        {
            _readDeferred = true; // No event tells again of what is there already, and its end may be.
            Loop.AtNextTurn(this);
        }
    }

    private void Finish(CloseMode mode)
    {
        _state = State.Closed;
        Loop.Timers.Remove(this);
        _transport?.Close(mode);
        Input.Release();
        Output.Clear();
        ByteCounter?.OnClosed(this);
    }

    private void ArmTimer()
    {
        long due = Math.Min(
            Math.Min(_connectDeadlineMs, _closeDeadlineMs),
            _state == State.Open ? Math.Min(Math.Min(WriteDueMs, IdleDueMs), _deadlineMs) : Never);
        if (due == Never)
        {
            TimerWheel.Cancel(this);
        }
        else
        {
            Loop.Timers.Set(this, due);
        }
    }

    private void Raise(ConnectionEvent what)
    {
        // By index: a listener may add another one.
        for (int i = 0; i < _listeners.Count; i++)
        {
            _listeners[i]?.OnEvent(this, what);
            if (_state == State.Closed && !what.IsEnd())
            {
                return;
            }
        }
    }
}
