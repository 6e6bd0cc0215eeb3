using System.Globalization;

namespace Mosn.Proxy.Server;

/// <summary>The file that holds the number of the running process, for <c>mosn stop</c> and for supervisors.</summary>
public sealed class PidFile
{
    private readonly int _pid;

    private PidFile(string path, int pid)
    {
        FilePath = path;
        _pid = pid;
    }

    /// <summary>Absolute.</summary>
    public string FilePath { get; }

    /// <summary>Writes the file, over an older one.</summary>
    /// <param name="preferred">The configured <c>pid</c>, or empty; skipped if its directory cannot be made.</param>
    /// <param name="fallback">The default path.</param>
    /// <exception cref="StartException">Neither can be written.</exception>
    public static PidFile Write(string preferred, string fallback, int pid)
    {
        string path = preferred.Length > 0 && CanHaveDirectory(preferred) ? preferred : fallback;
        try
        {
            path = Path.GetFullPath(path);
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "/");
            File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"{pid}\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"cannot write the pid file {path}: {e.Message}", e);
        }
        return new PidFile(path, pid);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <returns>Null when there is no such file, or it holds no process number.</returns>
    public static int? Read(string path)
    {
        try
        {
            string text = File.ReadAllText(path).Trim();
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pid > 0
                ? pid
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Deletes the file, unless another process has written its own number there meanwhile.</summary>
    public void Remove()
    {
        if (Read(FilePath) != _pid)
        {
            return;
        }
        try
        {
            File.Delete(FilePath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays behind. `mosn stop` asks whether the process lives before it believes the file.
        }
    }

    private static bool CanHaveDirectory(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
