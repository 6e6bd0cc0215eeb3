namespace Mosn.Proxy.Observability;

/// <summary>
/// Lines of all error logs on their way to the writer, in the order in which they came. Bounded in lines and bytes;
/// a full queue drops and counts. The lock is held for a few instructions only, never during a write.
/// </summary>
internal sealed class ErrorLogQueue(MetricGroup self)
{
    private const int LineCountMax = 4096;
    private const int LengthMax = 4 << 20;
    private const int BatchLength = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly byte[] _batch = new byte[BatchLength];
    private List<(LogFile File, byte[] Line)> _lines = [];
    private List<(LogFile File, byte[] Line)> _drained = [];
    private int _length;

    public bool TryEnqueue(LogFile file, byte[] line)
    {
        lock (_lock)
        {
            if (_lines.Count < LineCountMax && _length + line.Length <= LengthMax)
            {
                _lines.Add((file, line));
                _length += line.Length;
                return true;
            }
        }
        self.AddShared(SelfMetric.ErrorLogDroppedTotal);
        return false;
    }

    /// <summary>Writes all lines, in the writer's turn. Returns the number of bytes.</summary>
    public long Drain()
    {
        long length;
        lock (_lock)
        {
            (_lines, _drained) = (_drained, _lines);
            length = _length;
            _length = 0;
        }
        int used = 0;
        for (int i = 0; i < _drained.Count; i++)
        {
            (LogFile file, byte[] line) = _drained[i];
            if (used > 0 && (used + line.Length > BatchLength || file != _drained[i - 1].File))
            {
                _drained[i - 1].File.Write(_batch.AsSpan(0, used));
                used = 0;
            }
            if (line.Length > BatchLength)
            {
                file.Write(line);
                continue;
            }
            line.CopyTo(_batch, used);
            used += line.Length;
        }
        if (used > 0)
        {
            _drained[^1].File.Write(_batch.AsSpan(0, used));
        }
        _drained.Clear();
        return length;
    }
}
