using System.Text;

namespace Mosn.Proxy.Config;

/// <summary>Files as text, with every failure a message.</summary>
internal static class ConfigFile
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="name">As messages call it.</param>
    /// <returns>Null after a failure, which <paramref name="error"/> tells.</returns>
    public static ConfigSource? Read(string name, string path, out string? error)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (file.CanSeek && file.Length > NodeLimits.FileBytesMax)
            {
                error = $"the file is larger than {ByteSizeText.Format(NodeLimits.FileBytesMax)}";
                return null;
            }
            using MemoryStream bytes = new();
            file.CopyTo(bytes);
            return Decode(name, bytes.GetBuffer().AsSpan(0, (int)bytes.Length), out error);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            error = "no such file";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            error = System.IO.Directory.Exists(path) ? "this is a directory" : $"cannot read the file: {e.Message}";
        }
        return null;
    }

    public static ConfigSource? Decode(string name, ReadOnlySpan<byte> bytes, out string? error)
    {
        error = null;
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            bytes = bytes[3..];
        }
        try
        {
            return new ConfigSource(name, s_strictUtf8.GetString(bytes));
        }
        catch (ArgumentException)
        {
            error = "the file is not UTF-8 text";
            return null;
        }
    }
}
