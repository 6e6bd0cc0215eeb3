namespace Mosn.Proxy.Config;

/// <summary>Finds what somebody who misspelt a word probably meant.</summary>
internal static class NearestMatch
{
    private const int LengthMax = 64;

    /// <summary>The candidate at the least distance, if that is small for the length of the word; else null.</summary>
    public static string? Of(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > LengthMax)
        {
            return null;
        }
        string? best = null;
        int bestDistance = Math.Max(1, word.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            if (candidate.Length > LengthMax || Math.Abs(candidate.Length - word.Length) >= bestDistance)
            {
                continue;
            }
            int distance = Distance(word, candidate);
            if (distance < bestDistance)
            {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best;
    }

    /// <summary>
    /// Insertions, deletions, substitutions and swaps of neighbours, without regard to case (Damerau 1964, in the
    /// "optimal string alignment" form: no part is edited twice).
    /// </summary>
    internal static int Distance(string left, string right)
    {
        int[] beforeLast = new int[right.Length + 1];
        int[] last = new int[right.Length + 1];
        int[] current = new int[right.Length + 1];
        for (int j = 0; j <= right.Length; j++)
        {
            last[j] = j;
        }
        for (int i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int cost = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
                }
            }
            (beforeLast, last, current) = (last, current, beforeLast);
        }
        return last[right.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
