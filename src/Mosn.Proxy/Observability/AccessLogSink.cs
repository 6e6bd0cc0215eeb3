namespace Mosn.Proxy.Observability;

/// <summary>
/// Where access log lines of one output go: a ring for each loop, made when the loop writes its first line there. A
/// line costs its formatting and a few stores; it never waits, and is dropped and counted when the ring is full.
/// </summary>
internal sealed class AccessLogSink
{
    /// <summary>Bytes of lines that a loop may be ahead of the writer.</summary>
    public const int RingCapacity = 256 * 1024;

    private readonly LogFile _file;
    private readonly LogWriter _writer;
    private readonly MetricGroup _self;
    private readonly TimeZoneInfo _zone;
    private readonly LogRing?[] _rings;
    private readonly LogClock?[] _clocks;
    private volatile bool _isEnabled = true;

    internal AccessLogSink(LogFile file, LogWriter writer, MetricGroup self, TimeZoneInfo zone, int loopCount)
    {
        _file = file;
        _writer = writer;
        _self = self;
        _zone = zone;
        _rings = new LogRing?[loopCount];
        _clocks = new LogClock?[loopCount];
        writer.Add(this);
    }

    /// <summary>As the configuration names the output.</summary>
    public string Path => _file.Path;

    /// <summary>The switch of all access logs, beside the one of the output that an operator names.</summary>
    internal bool IsEnabled
    {
        get => _isEnabled;
        set => _isEnabled = value;
    }

    internal bool IsEmpty => _rings.All(static ring => ring?.IsEmpty != false);

    /// <summary>Writes one line on the thread of loop number <paramref name="loop"/>.</summary>
    public void Write<TContext>(int loop, AccessLogFormat<TContext> format, TContext context)
    {
        if (!_isEnabled || !_file.IsEnabled)
        {
            return;
        }
        LogRing ring = _rings[loop] ?? MakeRing(loop);
        if (!ring.TryBegin(out Span<byte> memory))
        {
            _self.Add(loop, SelfMetric.AccessLogDroppedTotal);
            return;
        }
        LogLineWriter line = new(memory[..^1], _clocks[loop]!);
        format.Write(context, ref line);
        memory[line.Length] = (byte)'\n';
        if (ring.Commit(line.Length + 1) || _writer.IsAsleep)
        {
            _writer.Wake();
        }
    }

    /// <summary>In the writer's turn: writes what the rings hold. Returns the number of bytes.</summary>
    internal long Drain()
    {
        long written = 0;
        for (int i = 0; i < _rings.Length; i++)
        {
            if (Volatile.Read(ref _rings[i]) is not { } ring)
            {
                continue;
            }
            // Two pieces are a whole ring; more would let one busy loop keep the writer for itself.
            for (int piece = 0; piece < 2; piece++)
            {
                ReadOnlySpan<byte> lines = ring.Peek();
                if (lines.IsEmpty)
                {
                    break;
                }
                _file.Write(lines);
                ring.Advance(lines.Length);
                written += lines.Length;
            }
        }
        return written;
    }

    private LogRing MakeRing(int loop)
    {
        LogRing ring = new(RingCapacity);
        _clocks[loop] = LogClock.ForAccessLog(_zone);
        Volatile.Write(ref _rings[loop], ring);
        return ring;
    }
}
