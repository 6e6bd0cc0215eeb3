using System.Text;
using Mosn.Protocols;

namespace Mosn.Proxy.Filters;

/// <summary>Says which request headers a response depends on (RFC 9110 section 12.5.5).</summary>
internal static class VaryHeader
{
    /// <summary>Adds a name, unless the response says it already, or that it depends on anything (<c>*</c>).</summary>
    public static void Add(HeaderBlock headers, ReadOnlySpan<byte> name)
    {
        for (int i = headers.IndexOf(KnownHeader.Vary); i >= 0; i = headers.IndexOf(KnownHeader.Vary, i + 1))
        {
            foreach (Range range in headers.Value(i).Split((byte)','))
            {
                ReadOnlySpan<byte> listed = headers.Value(i)[range].Trim(" \t"u8);
                if (Ascii.EqualsIgnoreCase(listed, name) || listed.SequenceEqual("*"u8))
                {
                    return;
                }
            }
        }
        headers.Add(KnownHeader.Vary, name);
    }
}
