using Microsoft.Win32.SafeHandles;
using Mosn.Proxy.Config;
using Mosn.Transport.Interop;

namespace Mosn.Proxy.Observability;

/// <summary>A log file: appended to, reopened on request, rotated as its roller says.</summary>
internal sealed class FileLogOutput : ILogOutput
{
    private static readonly TimeSpan s_retryInterval = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Func<LogRollerConfig> _roller;
    private readonly LogArchive _archive;
    private SafeFileHandle _file;
    private LogRollerConfig _rollerSeen;
    private DateTimeOffset _begun;
    private DateTimeOffset _rotateAt;
    private long _length;

    /// <summary>Opens the file and makes its directories; a file of an earlier period is put aside at once.</summary>
    /// <param name="path">Relative paths are relative to the working directory of now.</param>
    /// <param name="time">Its local zone decides when a day ends.</param>
    /// <param name="roller">Asked before every write: the configuration may change it.</param>
    /// <param name="background">Runs compression and deletion of old files away from the writer.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public FileLogOutput(string path, TimeProvider time, Func<LogRollerConfig> roller, Action<Action> background)
    {
        _path = Path.GetFullPath(path);
        _time = time;
        _roller = roller;
        _rollerSeen = roller();
        _archive = new LogArchive(_path, time, background);
        _file = Open();
        Tick();
    }

    public void Write(ReadOnlySpan<byte> lines)
    {
        RotateIfDue(lines.Length);
        RandomAccess.Write(_file, lines, _length); // The offset does not matter: see AppendOnlyFile.
        _length += lines.Length;
    }

    public void Reopen()
    {
        SafeFileHandle old = _file;
        _file = Open();
        old.Dispose();
    }

    public void Tick() => RotateIfDue(0);

    public void Dispose() => _file.Dispose();

    private SafeFileHandle Open()
    {
        // A directory that cannot be made shows itself when the file cannot be opened, with the better message.
        TryCreateDirectory();
        DateTimeOffset now = _time.GetLocalNow();
        FileInfo before = new(_path);
        DateTimeOffset begun = before is { Exists: true, Length: > 0 }
            ? TimeZoneInfo.ConvertTime(new DateTimeOffset(before.LastWriteTimeUtc), _time.LocalTimeZone)
            : now;
        SafeFileHandle file = AppendOnlyFile.Open(_path);
        _begun = begun < now ? begun : now;
        _length = before.Exists ? before.Length : 0;
        _rotateAt = LogArchive.NextRotation(_begun, _roller(), _time.LocalTimeZone);
        return file;
    }

    private void TryCreateDirectory()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    private void RotateIfDue(int lengthToCome)
    {
        LogRollerConfig roller = _roller();
        if (!ReferenceEquals(roller, _rollerSeen))
        {
            _rollerSeen = roller;
            _rotateAt = LogArchive.NextRotation(_begun, roller, _time.LocalTimeZone);
        }
        bool due = roller.Interval is null
            ? _length > 0 && _length + lengthToCome > (long)roller.SizeMegabytes << 20
            : _time.GetUtcNow() >= _rotateAt;
        if (due)
        {
            Rotate(roller);
        }
    }

    private void Rotate(LogRollerConfig roller)
    {
        if (_length > 0)
        {
            _archive.PutAside(_begun, roller);
        }
        try
        {
            Reopen();
        }
        catch (IOException)
        {
            // Lines in a file with the wrong name are better than no lines.
        }
        if (_length > 0)
        {
            // This is still the old file. Go on with it, and try again later.
            _rotateAt = _time.GetUtcNow() + s_retryInterval;
            _length = 0;
        }
    }
}
