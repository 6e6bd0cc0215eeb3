namespace Mosn.Proxy.Observability;

/// <summary>
/// One output of logs, shared by all who log to the same place. Everything that writes happens in the writer's
/// turn (<see cref="LogWriter.DrainOnce"/>); the switches may be used by any thread.
/// </summary>
internal sealed class LogFile(string path, ILogOutput output, MetricGroup self)
{
    private volatile bool _isEnabled = true;
    private volatile bool _reopen;

    /// <summary>As the configuration names it; empty for standard error.</summary>
    public string Path { get; } = path;

    /// <summary>If false, new lines are dropped before they are made. The output stays open.</summary>
    public bool IsEnabled
    {
        get => _isEnabled;
        set => _isEnabled = value;
    }

    /// <summary>Asks the writer to open the output anew in its next turn.</summary>
    public void RequestReopen() => _reopen = true;

    /// <summary>Writes whole lines. In the writer's turn only. What cannot be written is lost and counted.</summary>
    public void Write(ReadOnlySpan<byte> lines)
    {
        try
        {
            output.Write(lines);
        }
        catch (Exception error) when (IsOutputFailure(error))
        {
            self.AddShared(SelfMetric.LogWriteFailedTotal);
        }
    }

    /// <summary>Reopens if asked to and rotates if due. In the writer's turn only.</summary>
    public void Tick()
    {
        try
        {
            if (_reopen)
            {
                _reopen = false;
                output.Reopen();
            }
            output.Tick();
        }
        catch (Exception error) when (IsOutputFailure(error))
        {
            self.AddShared(SelfMetric.LogWriteFailedTotal);
        }
    }

    /// <summary>Closes the output, after the last turn.</summary>
    public void Close() => output.Dispose();

    private static bool IsOutputFailure(Exception error) =>
        error is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException
            or ObjectDisposedException;
}
