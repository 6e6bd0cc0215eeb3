using Mosn.Protocols;

namespace Mosn.Fuzz;

/// <summary>Comparing header blocks.</summary>
internal static class HeaderOracle
{
    public static void AssertSame(HeaderBlock one, HeaderBlock other, string what)
    {
        Oracle.Same(one.Count, other.Count, $"{what}: fields");
        for (int i = 0; i < one.Count; i++)
        {
            Oracle.Same(one.Name(i), other.Name(i), $"{what}: name");
            Oracle.Same(one.Value(i), other.Value(i), $"{what}: value");
            Oracle.Same(one.Known(i), other.Known(i), $"{what}: known");
        }
    }
}
