using System.Text;
using Mosn.Protocols;

namespace Mosn.Proxy.Filters;

/// <summary>Which content coding a client likes best (RFC 9110 section 12.5.3).</summary>
internal static class AcceptEncoding
{
    private const int Unnamed = -1;

    /// <summary>
    /// The offer with the highest weight, of several the first; None if the client takes none of them, or likes the plain
    /// body better, or does not say what it takes.
    /// </summary>
    public static ContentCoding Choose(HeaderBlock request, ReadOnlySpan<ContentCoding> offers)
    {
        ContentCoding best = ContentCoding.None;
        int bestWeight = Math.Max(0, WeightOf(request, ContentCoding.None));
        bool isPlainNamed = bestWeight > 0;
        foreach (ContentCoding offer in offers)
        {
            int weight = WeightOf(request, offer);
            bool isBetter = best == ContentCoding.None && isPlainNamed ? weight >= bestWeight : weight > bestWeight;
            if (weight > 0 && isBetter)
            {
                (best, bestWeight) = (offer, weight);
            }
        }
        return best;
    }

    /// <summary>Whether the client takes a body in the coding.</summary>
    public static bool Accepts(HeaderBlock request, ContentCoding coding) => WeightOf(request, coding) > 0;

    /// <summary>Thousandths; what the star says counts for codings that are not named.</summary>
    private static int WeightOf(HeaderBlock request, ContentCoding coding)
    {
        int star = Unnamed;
        int index = request.IndexOf(KnownHeader.AcceptEncoding);
        for (; index >= 0; index = request.IndexOf(KnownHeader.AcceptEncoding, index + 1))
        {
            ReadOnlySpan<byte> list = request.Value(index);
            foreach (Range range in list.Split((byte)','))
            {
                ReadOnlySpan<byte> element = list[range];
                int semicolon = element.IndexOf((byte)';');
                ReadOnlySpan<byte> name = (semicolon < 0 ? element : element[..semicolon]).Trim(" \t"u8);
                int weight = semicolon < 0 ? 1000 : Weight(element[(semicolon + 1)..]);
                bool isNamed = coding == ContentCoding.None
                    ? Ascii.EqualsIgnoreCase(name, "identity"u8)
                    : ContentCodings.Of(name) == coding;
                if (isNamed)
                {
                    return weight;
                }
                star = name.SequenceEqual("*"u8) ? weight : star;
            }
        }
        return coding == ContentCoding.None ? Unnamed : star;
    }

    /// <summary>Thousandths of <c>q=0.5</c>; 0 for what is none.</summary>
    private static int Weight(ReadOnlySpan<byte> parameter)
    {
        parameter = parameter.Trim(" \t"u8);
        if (parameter.Length < 3 || (parameter[0] | 0x20) != 'q' || parameter[1] != '=' || parameter[2] is not ((byte)'0' or (byte)'1'))
        {
            return 0;
        }
        int weight = (parameter[2] - '0') * 1000;
        ReadOnlySpan<byte> fraction = parameter[3..];
        if (fraction.IsEmpty)
        {
            return weight;
        }
        if (fraction[0] != '.' || fraction.Length > 4)
        {
            return 0;
        }
        int digit = 100;
        foreach (byte value in fraction[1..])
        {
            if (!char.IsAsciiDigit((char)value))
            {
                return 0;
            }
            weight += (value - '0') * digit;
            digit /= 10;
        }
        return Math.Min(weight, 1000);
    }
}
