using System.Globalization;

namespace Mosn.Profile;

/// <summary>
/// Reads the text into which the runtime writes what it counted (<c>DOTNET_WritePGOData</c>, <c>DOTNET_PGODataPath</c>;
/// dotnet/runtime, src/coreclr/vm/pgo.cpp):
/// </summary>
/// <remarks>
/// <code>
///   @@@ codehash 0xE5AC79E4 methodhash 0x220C39DD ilSize 0x0000002F records 0x00000003
///   MethodName: Mosn.Transport.Loops.TimerWheel.NextDelayMs
///   Signature: instance int32  (int64)
///   Schema InstrumentationKind 385 ILOffset 8 Count 1 Other 0
///   17832
/// </code>
/// </remarks>
public static class ProfileText
{
    private const string Start = "@@@ ";
    private const string NameLabel = "MethodName: ";
    private const string SignatureLabel = "Signature: ";
    private const string CounterLabel = "Schema ";

    public static IEnumerable<CountedMethod> Read(IEnumerable<string> lines)
    {
        using IEnumerator<string> line = lines.GetEnumerator();
        bool more = line.MoveNext();
        while (more)
        {
            if (!line.Current.StartsWith(Start, StringComparison.Ordinal))
            {
                more = line.MoveNext();
                continue;
            }
            int codeBytes = CodeBytes(line.Current);
            string name = Labelled(line, NameLabel);
            string signature = Labelled(line, SignatureLabel);
            List<Counter> counters = [];
            more = line.MoveNext();
            while (more && line.Current.StartsWith(CounterLabel, StringComparison.Ordinal))
            {
                counters.Add(ReadCounter(line));
                more = line.MoveNext();
            }
            yield return new CountedMethod(name, signature, codeBytes, counters);
        }
    }

    private static int CodeBytes(string line)
    {
        const string label = "ilSize 0x";
        int start = line.IndexOf(label, StringComparison.Ordinal) + label.Length;
        return start < label.Length
            ? throw new ProfileException($"\"{line}\" has no ilSize")
            : int.Parse(line.AsSpan(start, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    private static string Labelled(IEnumerator<string> line, string label) =>
        line.MoveNext() && line.Current.StartsWith(label, StringComparison.Ordinal)
            ? line.Current[label.Length..]
            : throw new ProfileException($"\"{line.Current}\" is not a {label}");

    private static Counter ReadCounter(IEnumerator<string> line)
    {
        string[] words = line.Current.Split(' ');
        if (words is not [_, _, string kind, _, string offset, _, string count, _, string other])
        {
            throw new ProfileException($"\"{line.Current}\" is not a counter");
        }
        string[] values = new string[Whole(count)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = line.MoveNext() ? line.Current : throw new ProfileException("the text ends within a counter");
        }
        return new Counter(Whole(kind), Whole(offset), Whole(other), values);
    }

    /// <summary>The runtime writes some of them as if they had no sign.</summary>
    private static int Whole(string word) => unchecked((int)long.Parse(word, CultureInfo.InvariantCulture));
}
