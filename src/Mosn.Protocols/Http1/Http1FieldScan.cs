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

    /// <summary>Looks at a line that may be followed by others, if its name ends within the first 16 bytes of 32.</summary>
    /// <param name="nameLength">Bytes before the first one that no name may have.</param>
    /// <param name="valueEnd">The index of the first byte behind the name that no value may have; -1: there is none.</param>
    /// <returns>False: <see cref="FindRest"/> knows.</returns>
    /// <remarks>Two methods, and no pair as result, so that the compiler keeps both numbers in registers.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryFind(ReadOnlySpan<byte> line, out int nameLength, out int valueEnd)
    {
        nameLength = valueEnd = -1;
        if (line.Length < LineWindow)
        {
            return false;
        }
        Vector256<byte> bytes = Vector256.Create(line);
        uint controls = ControlsOf(bytes);
        uint others = OthersThanToken(bytes.GetLower());
        if (others == 0)
        {
            return false;
        }
        nameLength = BitOperations.TrailingZeroCount(others);
        uint behindName = BehindName(controls, others);
        valueEnd = behindName != 0 ? BitOperations.TrailingZeroCount(behindName) : FindFarEnd(line);
        return true;
    }

    /// <summary>
    /// The same for any line, the one that begins at <paramref name="start"/>: those with a long name, and the last ones of a
    /// head, for which the window begins before the line, and what it sees too much is shifted out.
    /// </summary>
    /// <returns>Both numbers are counted from the start of the line; -1: there is no such byte.</returns>
    public static (int NameLength, int ValueEnd) FindRest(ReadOnlySpan<byte> section, int start)
    {
        int windowStart = section.Length - LineWindow;
        if (start < windowStart || start == section.Length || windowStart < 0)
        {
            return FindFar(section[start..]);
        }
        Vector256<byte> bytes = Vector256.Create(section[windowStart..]);
        int shift = start - windowStart;
        uint others = (OthersThanToken(bytes.GetLower()) | (OthersThanToken(bytes.GetUpper()) << 16)) >> shift;
        if (others == 0)
        {
            return (-1, -1);
        }
        uint behindName = BehindName(ControlsOf(bytes) >> shift, others);
        return (
            BitOperations.TrailingZeroCount(others),
            behindName != 0 ? BitOperations.TrailingZeroCount(behindName) : -1);
    }

    /// <summary>Of the controls those behind the lowest bit of the others, where the name ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint BehindName(uint controls, uint others) => controls & ~(others ^ (others - 1));

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
