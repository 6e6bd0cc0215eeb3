using System.Text;

namespace Mosn.Proxy.Observability;

/// <summary>
/// One error log: an output and a level. Any thread may write; a line costs its caller the formatting, is dropped when
/// the queue is full, and never waits for a disk.
/// </summary>
internal sealed class ErrorLog(LogFile file, LogWriter writer, TimeProvider time, ErrorLogLevel level)
{
    private const int LineLengthMax = 16 * 1024;

    private readonly Lock _clockLock = new();
    private readonly LogClock _clock = LogClock.ForErrorLog(time.LocalTimeZone);
    private volatile ErrorLogLevel _level = level;

    /// <summary>As the configuration names the output; empty for the one of the start.</summary>
    public string Path => file.Path;

    /// <summary>May be changed at any time by any thread.</summary>
    public ErrorLogLevel Level
    {
        get => _level;
        set => _level = value;
    }

    public bool IsEnabled(ErrorLogLevel messageLevel) => messageLevel <= _level && file.IsEnabled;

    /// <summary>Writes <c>2024-05-01 12:00:00,007 [ERROR] [alert.key] text</c>, if the level allows.</summary>
    /// <param name="messageLevel">How bad it is.</param>
    /// <param name="alertKey">What monitoring looks for, or null; see <see cref="AlertKeys"/>.</param>
    /// <param name="text">Becomes one line, whatever it holds.</param>
    public void Write(ErrorLogLevel messageLevel, string? alertKey, string text)
    {
        if (!IsEnabled(messageLevel))
        {
            return;
        }
        string line = alertKey is null
            ? $" [{messageLevel.ToText()}] {LogText.Escape(text)}"
            : $" [{messageLevel.ToText()}] [{alertKey}] {LogText.Escape(text)}";
        if (line.Length > LineLengthMax)
        {
            line = string.Concat(line.AsSpan(0, LineLengthMax), "...");
        }
        byte[] bytes = new byte[23 + Encoding.UTF8.GetByteCount(line) + 1];
        lock (_clockLock)
        {
            _clock.Format(time.GetUtcNow().ToUnixTimeMilliseconds()).CopyTo(bytes);
        }
        Encoding.UTF8.GetBytes(line, bytes.AsSpan(23));
        bytes[^1] = (byte)'\n';
        writer.TryEnqueue(file, bytes);
    }
}
