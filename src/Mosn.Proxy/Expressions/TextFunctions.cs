using System.Text;

namespace Mosn.Proxy.Expressions;

/// <summary>What can be asked of texts and made of them. Texts that are made lie in the evaluation's memory.</summary>
internal static class TextFunctions
{
    /// <summary>Bytes that a letter may need more when its case is changed: two become three.</summary>
    private const int CaseGrowth = 2;

    /// <summary>Characters, not bytes.</summary>
    public static bool Size(scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, out long value)
    {
        value = CountRunes(text);
        return true;
    }

    public static bool StartsWith(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix, out bool value)
    {
        value = text.StartsWith(prefix);
        return true;
    }

    public static bool EndsWith(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, ReadOnlySpan<byte> suffix, out bool value)
    {
        value = text.EndsWith(suffix);
        return true;
    }

    public static bool Contains(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, ReadOnlySpan<byte> part, out bool value)
    {
        value = text.IndexOf(part) >= 0;
        return true;
    }

    /// <summary>A star at the end or at the start of the pattern stands for anything; elsewhere it is a star.</summary>
    public static bool Match(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern, out bool value)
    {
        value = pattern switch
        {
            [.., (byte)'*'] => text.StartsWith(pattern[..^1]),
            [(byte)'*', ..] => text.EndsWith(pattern[1..]),
            _ => text.SequenceEqual(pattern),
        };
        return true;
    }

    public static bool Concat(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, out ReadOnlySpan<byte> value)
    {
        if (!evaluation.TryRent(left.Length + right.Length, out Span<byte> both))
        {
            value = default;
            return false;
        }
        left.CopyTo(both);
        right.CopyTo(both[left.Length..]);
        value = both;
        return true;
    }

    /// <summary>A function and no condition: both texts must have values.</summary>
    public static bool Conditional(
        scoped ref Evaluation evaluation, bool condition, ReadOnlySpan<byte> yes, ReadOnlySpan<byte> no,
        out ReadOnlySpan<byte> value)
    {
        value = condition ? yes : no;
        return true;
    }

    /// <summary>By characters; bytes that are no UTF-8 stay together in their order.</summary>
    public static bool Reverse(scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, out ReadOnlySpan<byte> value)
    {
        if (!evaluation.TryRent(text.Length, out Span<byte> reversed))
        {
            value = default;
            return false;
        }
        int end = text.Length;
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out _, out int length);
            end -= length;
            text[..length].CopyTo(reversed[end..]);
            text = text[length..];
        }
        value = reversed;
        return true;
    }

    public static bool ToLower(scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, out ReadOnlySpan<byte> value) =>
        TryChangeCase(ref evaluation, text, isUpper: false, out value);

    public static bool ToUpper(scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, out ReadOnlySpan<byte> value) =>
        TryChangeCase(ref evaluation, text, isUpper: true, out value);

    private static bool TryChangeCase(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, bool isUpper, out ReadOnlySpan<byte> value)
    {
        bool isAscii = Ascii.IsValid(text);
        if (!evaluation.TryRent(isAscii ? text.Length : text.Length * CaseGrowth, out Span<byte> changed))
        {
            value = default;
            return false;
        }
        int written = isAscii ? ChangeAscii(text, changed, isUpper) : ChangeRunes(text, changed, isUpper);
        value = changed[..written];
        return true;
    }

    private static int ChangeAscii(ReadOnlySpan<byte> text, Span<byte> into, bool isUpper)
    {
        _ = isUpper ? Ascii.ToUpper(text, into, out int written) : Ascii.ToLower(text, into, out written);
        return written;
    }

    private static int ChangeRunes(ReadOnlySpan<byte> text, Span<byte> into, bool isUpper)
    {
        int written = 0;
        while (!text.IsEmpty)
        {
            System.Buffers.OperationStatus status = Rune.DecodeFromUtf8(text, out Rune rune, out int length);
            if (status == System.Buffers.OperationStatus.Done)
            {
                written += (isUpper ? Rune.ToUpperInvariant(rune) : Rune.ToLowerInvariant(rune))
                    .EncodeToUtf8(into[written..]);
            }
            else
            {
                text[..length].CopyTo(into[written..]);
                written += length;
            }
            text = text[length..];
        }
        return written;
    }

    private static int CountRunes(ReadOnlySpan<byte> text)
    {
        int count = 0;
        foreach (byte part in text)
        {
            count += (part & 0xC0) == 0x80 ? 0 : 1; // Bytes that continue a character count nothing.
        }
        return count;
    }
}
