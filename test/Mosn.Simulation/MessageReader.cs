using System.Globalization;
using System.Text;

namespace Mosn.Simulation;

/// <summary>
/// Reads one HTTP/1.1 message, simply and slowly. It shares no code with the proxy: both would have the same mistakes.
/// </summary>
internal sealed class MessageReader
{
    /// <summary>First line and header lines.</summary>
    public string[] Lines { get; private set; } = [];

    public byte[] Body { get; private set; } = [];

    public string[] Trailers { get; private set; } = [];

    /// <summary>The head is there, whatever of the body.</summary>
    public bool HasHead { get; private set; }

    public string StartLine => Lines[0];

    /// <summary>A header's value; null if absent.</summary>
    public string? this[string name] => Lines.Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();

    /// <summary>Reads from the front of <paramref name="bytes"/>.</summary>
    /// <param name="bodiless">The message has no body, whatever its head says.</param>
    /// <returns>The message's length; 0 if it is not whole.</returns>
    /// <exception cref="InvalidDataException">It can never become one.</exception>
    public int Read(ReadOnlySpan<byte> bytes, Func<MessageReader, bool> bodiless)
    {
        HasHead = false;
        int headEnd = bytes.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
        {
            return 0;
        }
        Lines = Encoding.Latin1.GetString(bytes[..headEnd]).Split("\r\n");
        HasHead = true;
        Body = [];
        Trailers = [];
        int at = headEnd + 4;
        if (bodiless(this))
        {
            return at;
        }
        if (this["Transfer-Encoding"] is { } coding)
        {
            Require(coding == "chunked" && this["Content-Length"] is null, "two framings");
            return ReadChunks(bytes, at);
        }
        int length = this["Content-Length"] is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        if (bytes.Length - at < length)
        {
            return 0;
        }
        Body = bytes.Slice(at, length).ToArray();
        return at + length;
    }

    private int ReadChunks(ReadOnlySpan<byte> bytes, int at)
    {
        List<byte> body = [];
        while (true)
        {
            int lineEnd = bytes[at..].IndexOf("\r\n"u8);
            if (lineEnd < 0)
            {
                return 0;
            }
            int size = int.Parse(
                Encoding.Latin1.GetString(bytes.Slice(at, lineEnd)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            at += lineEnd + 2;
            if (size == 0)
            {
                break;
            }
            if (bytes.Length - at < size + 2)
            {
                return 0;
            }
            body.AddRange(bytes.Slice(at, size));
            Require(bytes.Slice(at + size, 2).SequenceEqual("\r\n"u8), "chunk end");
            at += size + 2;
        }
        Body = [.. body];
        if (bytes[at..].StartsWith("\r\n"u8))
        {
            return at + 2;
        }
        int end = bytes[at..].IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return 0;
        }
        Trailers = Encoding.Latin1.GetString(bytes.Slice(at, end)).Split("\r\n");
        return at + end + 4;
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidDataException(what);
        }
    }
}
