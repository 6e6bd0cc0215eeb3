using System.Text;

namespace Mosn.Proxy.Expressions;

/// <summary>
/// The parts of texts, as CEL's strings extension has them (cel-go's ext/strings.go). Positions count characters, from
/// 0; one outside of the text is a fault.
/// </summary>
internal static class TextParts
{
    public static bool CharAt(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, long position, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryOffset(text, position, out int offset))
        {
            return evaluation.Fail(EvaluationFault.OutOfRange);
        }
        text = text[offset..];
        if (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out _, out int length);
            value = text[..length];
        }
        return true;
    }

    /// <summary>-1: it is not there.</summary>
    public static bool IndexOf(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, ReadOnlySpan<byte> part, out long value)
    {
        value = Position(text, text.IndexOf(part));
        return true;
    }

    public static bool IndexOf(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, ReadOnlySpan<byte> part, long from, out long value)
    {
        value = 0;
        if (!TryOffset(text, from, out int offset))
        {
            return evaluation.Fail(EvaluationFault.OutOfRange);
        }
        int index = text[offset..].IndexOf(part);
        value = index < 0 ? -1 : Position(text, offset + index);
        return true;
    }

    public static bool LastIndexOf(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, ReadOnlySpan<byte> part, out long value)
    {
        value = Position(text, text.LastIndexOf(part));
        return true;
    }

    /// <summary>The last that begins at or before a position.</summary>
    public static bool LastIndexOf(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, ReadOnlySpan<byte> part, long until, out long value)
    {
        value = 0;
        if (!TryOffset(text, until, out int offset))
        {
            return evaluation.Fail(EvaluationFault.OutOfRange);
        }
        int end = (int)Math.Min(text.Length, (long)offset + part.Length);
        value = Position(text, text[..end].LastIndexOf(part));
        return true;
    }

    public static bool Substring(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, long start, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryOffset(text, start, out int offset))
        {
            return evaluation.Fail(EvaluationFault.OutOfRange);
        }
        value = text[offset..];
        return true;
    }

    /// <param name="end">One behind the last character.</param>
    public static bool Substring(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, long start, long end, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (start > end || !TryOffset(text, start, out int first) || !TryOffset(text, end, out int last))
        {
            return evaluation.Fail(EvaluationFault.OutOfRange);
        }
        value = text[first..last];
        return true;
    }

    /// <summary>Without white space at both ends.</summary>
    public static bool Trim(scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, out ReadOnlySpan<byte> value)
    {
        while (Rune.DecodeFromUtf8(text, out Rune first, out int length) == System.Buffers.OperationStatus.Done
            && Rune.IsWhiteSpace(first))
        {
            text = text[length..];
        }
        while (Rune.DecodeLastFromUtf8(text, out Rune last, out int length) == System.Buffers.OperationStatus.Done
            && Rune.IsWhiteSpace(last))
        {
            text = text[..^length];
        }
        value = text;
        return true;
    }

    public static bool Replace(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, ReadOnlySpan<byte> old, ReadOnlySpan<byte> by,
        out ReadOnlySpan<byte> value)
    {
        value = text;
        if (old.IsEmpty)
        {
            // Go puts the new text between all characters, which nobody means.
            return evaluation.Fail(EvaluationFault.BadText);
        }
        int count = text.Count(old);
        if (count == 0)
        {
            return true;
        }
        long length = text.Length + ((long)count * (by.Length - old.Length));
        if (length > Evaluation.TextBytesMax || !evaluation.TryRent((int)length, out Span<byte> replaced))
        {
            return evaluation.Fail(EvaluationFault.TooLong);
        }
        Span<byte> rest = replaced;
        for (int at = text.IndexOf(old); at >= 0; at = text.IndexOf(old))
        {
            text[..at].CopyTo(rest);
            by.CopyTo(rest[at..]);
            rest = rest[(at + by.Length)..];
            text = text[(at + old.Length)..];
        }
        text.CopyTo(rest);
        value = replaced;
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, long position, out int offset)
    {
        offset = 0;
        for (; position > 0 && offset < text.Length; position--)
        {
            Rune.DecodeFromUtf8(text[offset..], out _, out int length);
            offset += length;
        }
        return position == 0;
    }

    private static long Position(ReadOnlySpan<byte> text, int offset)
    {
        if (offset < 0)
        {
            return -1;
        }
        long position = 0;
        for (int at = 0; at < offset; position++)
        {
            Rune.DecodeFromUtf8(text[at..], out _, out int length);
            at += length;
        }
        return position;
    }
}
