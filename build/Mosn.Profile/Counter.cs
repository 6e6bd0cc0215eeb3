using System.Globalization;

namespace Mosn.Profile;

/// <summary>One record of what was counted; its layout is the runtime's, see PgoInstrumentationKind there.</summary>
/// <param name="Kind">What is counted: blocks, edges, types at a call. The last four bits are the form of the values.</param>
/// <param name="Offset">Where in the IL.</param>
/// <param name="Other">An edge's target, among others.</param>
/// <param name="Values">Numbers, or <c>TypeHandle: …</c> and <c>MethodHandle: …</c>.</param>
public sealed record Counter(int Kind, int Offset, int Other, IReadOnlyList<string> Values)
{
    private const int FormMask = 15;
    private const int FormTypeHandle = 3;

    /// <summary>True if the values are numbers.</summary>
    public bool HasNumbers => (Kind & FormMask) is > 0 and < FormTypeHandle;

    /// <summary>A number as the runtime writes it: in one word, or as two words of 32 bits, the lower one first.</summary>
    public static ulong Number(string value)
    {
        int gap = value.IndexOf(' ');
        return gap < 0
            ? ulong.Parse(value, CultureInfo.InvariantCulture)
            : ulong.Parse(value.AsSpan(0, gap), CultureInfo.InvariantCulture)
                | (ulong.Parse(value.AsSpan(gap + 1), CultureInfo.InvariantCulture) << 32);
    }
}
