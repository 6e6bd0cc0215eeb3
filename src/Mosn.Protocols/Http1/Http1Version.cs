namespace Mosn.Protocols.Http1;

/// <summary>Reads the version of a first line.</summary>
internal static class Http1Version
{
    /// <summary>Bytes.</summary>
    public const int Length = 8;

    /// <param name="isWhole">False: all bytes that are there fit, but they are too few.</param>
    /// <returns>
    /// <see cref="Http1Error.BadVersion"/> for a version that is well-formed and not ours;
    /// <see cref="Http1Error.BadRequestLine"/> for anything else.
    /// </returns>
    public static Http1Error Read(ReadOnlySpan<byte> text, out HttpVersion version, out bool isWhole)
    {
        isWhole = true;
        version = HttpVersion.Http11;
        if (text.StartsWith("HTTP/1.1"u8))
        {
            return Http1Error.None;
        }
        if (text.StartsWith("HTTP/1.0"u8))
        {
            version = HttpVersion.Http10;
            return Http1Error.None;
        }
        isWhole = false;
        ReadOnlySpan<byte> prefix = "HTTP/"u8;
        int common = Math.Min(text.Length, prefix.Length);
        if (!text[..common].SequenceEqual(prefix[..common]))
        {
            return Http1Error.BadRequestLine;
        }
        bool isWellFormed = (text.Length <= 5 || IsDigit(text[5]))
            && (text.Length <= 6 || text[6] == (byte)'.')
            && (text.Length <= 7 || IsDigit(text[7]));
        return !isWellFormed ? Http1Error.BadRequestLine
            : text.Length >= Length ? Http1Error.BadVersion
            : Http1Error.None;
    }

    private static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';
}
