using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Mosn.Protocols.Http1;

/// <summary>
/// Finds the ends of a field's name and value. Most lines are shorter than 32 bytes and most names shorter than 16: for
/// those both ends come out of one load and no call, which is half of what two searches cost.
/// </summary>
internal static class Http1FieldScan
{
    private const int LineWindow = 32;

    /// <summary>For each low half of a byte, a bit for each high half with which it makes a token byte.</summary>
    private static Vector128<byte> TokenTable
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create(
            0xE8, 0xFC, 0xF8, 0xFC, 0xFC, 0xFC, 0xFC, 0xFC, 0xF8, 0xF8, 0xF4, 0x54, 0xD0, 0x54, 0xF4, (byte)0x70);
    }

    /// <summary>The bit of each high half; those from 8 on are not ASCII and have none.</summary>
    private static Vector128<byte> HighBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create(1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, (byte)0);
    }

    /// <summary>Looks at the line that begins at <paramref name="start"/> and may be followed by others.</summary>
    /// <returns>
    /// Bytes before the first one that no name may have, and the index of the first behind it that no value may have, both
    /// counted from the start of the line; -1: there is none.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int NameLength, int ValueEnd) Find(ReadOnlySpan<byte> section, int start)
    {
        if (section.Length - start < LineWindow)
        {
            return FindNearEnd(section, start);
        }
        Vector256<byte> bytes = Vector256.Create(section[start..]);
        uint controls = ControlsOf(bytes);
        uint others = OthersThanToken(bytes.GetLower());
        return others == 0 ? FindFar(section[start..]) : Ends(section, start, others, controls);
    }

    /// <summary>The same for the last lines: the window begins before them, and what it sees too much is shifted out.</summary>
    private static (int NameLength, int ValueEnd) FindNearEnd(ReadOnlySpan<byte> section, int start)
    {
        if (section.Length < LineWindow || start == section.Length)
        {
            return FindFar(section[start..]);
        }
        Vector256<byte> bytes = Vector256.Create(section[^LineWindow..]);
        int shift = start - (section.Length - LineWindow);
        uint controls = ControlsOf(bytes) >> shift;
        uint others = (OthersThanToken(bytes.GetLower()) | (OthersThanToken(bytes.GetUpper()) << 16)) >> shift;
        return others == 0 ? (-1, -1) : Ends(section, start, others, controls);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int NameLength, int ValueEnd) Ends(
        ReadOnlySpan<byte> section, int start, uint others, uint controls)
    {
        uint behindName = controls & ~(others ^ (others - 1));
        return (
            BitOperations.TrailingZeroCount(others),
            behindName != 0 ? BitOperations.TrailingZeroCount(behindName) : FindFarEnd(section[start..]));
    }

    /// <summary>The end of a value that is known not to lie in the first window.</summary>
    private static int FindFarEnd(ReadOnlySpan<byte> line)
    {
        int at = LineWindow;
        while (line.Length - at >= LineWindow)
        {
            uint controls = ControlsOf(Vector256.Create(line[at..]));
            if (controls != 0)
            {
                return at + BitOperations.TrailingZeroCount(controls);
            }
            at += LineWindow;
        }
        if (at >= line.Length)
        {
            return -1;
        }
        int length = line[at..].IndexOfAny(HttpSyntax.ControlBytes);
        return length < 0 ? -1 : at + length;
    }

    private static (int NameLength, int ValueEnd) FindFar(ReadOnlySpan<byte> line)
    {
        int nameLength = line.IndexOfAnyExcept(HttpSyntax.TokenBytes);
        if (nameLength < 0)
        {
            return (-1, -1);
        }
        int length = line[(nameLength + 1)..].IndexOfAny(HttpSyntax.ControlBytes);
        return (nameLength, length < 0 ? -1 : nameLength + 1 + length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint OthersThanToken(Vector128<byte> bytes)
    {
        Vector128<byte> half = Vector128.Create((byte)0x0F);
        Vector128<byte> rows = Vector128.ShuffleNative(TokenTable, bytes & half);
        Vector128<byte> bits = Vector128.ShuffleNative(HighBits, (bytes.AsUInt16() >> 4).AsByte() & half);
        return Vector128.Equals(rows & bits, Vector128<byte>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ControlsOf(Vector256<byte> bytes)
    {
        Vector256<byte> low = Vector256.Equals(Vector256.Min(bytes, Vector256.Create((byte)0x1F)), bytes);
        Vector256<byte> tab = Vector256.Equals(bytes, Vector256.Create((byte)'\t'));
        Vector256<byte> delete = Vector256.Equals(bytes, Vector256.Create((byte)0x7F));
        return (Vector256.AndNot(low, tab) | delete).ExtractMostSignificantBits();
    }
}
