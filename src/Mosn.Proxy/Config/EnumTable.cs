namespace Mosn.Proxy.Config;

/// <summary>The spellings of an enum in configuration. A value is known by the position of its first spelling.</summary>
/// <param name="what">How a message calls the thing, for example "load balancer".</param>
/// <param name="kind">As in <see cref="ConfigCapabilities"/>; null: every value is built.</param>
/// <param name="isAnyCase">MOSN itself takes any case; else another case is a warning.</param>
/// <param name="unknownIsError">false: an unknown value is a warning and the default holds, as in MOSN.</param>
/// <param name="spellings">Of all values, "" where a value may be left out by it.</param>
internal abstract class EnumTable(
    string what, string? kind, bool isAnyCase, bool unknownIsError, IReadOnlyList<string> spellings)
{
    public string What => what;

    public string? Kind => kind;

    public bool IsAnyCase => isAnyCase;

    public bool UnknownIsError => unknownIsError;

    public IReadOnlyList<string> Spellings => spellings;

    public IEnumerable<string> Names => spellings.Where(static name => name.Length > 0);

    /// <summary>The position of the first spelling of the value that the one at <paramref name="position"/> stands for.</summary>
    public abstract int FirstOf(int position);
}

/// <inheritdoc/>
internal sealed class EnumTable<T>(
    string what, string? kind, bool isAnyCase, bool unknownIsError, params ReadOnlySpan<(string Name, T Value)> entries)
    : EnumTable(what, kind, isAnyCase, unknownIsError, NamesOf(entries))
    where T : struct, Enum
{
    private readonly T[] _values = ValuesOf(entries);

    /// <summary>The position of a value's first spelling; -1 when it has none.</summary>
    public int PositionOf(T value)
    {
        for (int i = 0; i < _values.Length; i++)
        {
            if (EqualityComparer<T>.Default.Equals(_values[i], value))
            {
                return i;
            }
        }
        return -1;
    }

    public T ValueAt(int position) => _values[position];

    public override int FirstOf(int position) => PositionOf(_values[position]);

    /// <summary>The first spelling of a value; "" when it has none.</summary>
    public string NameOf(T value) => PositionOf(value) is >= 0 and int position ? Spellings[position] : "";

    private static string[] NamesOf(ReadOnlySpan<(string Name, T Value)> entries)
    {
        string[] names = new string[entries.Length];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = entries[i].Name;
        }
        return names;
    }

    private static T[] ValuesOf(ReadOnlySpan<(string Name, T Value)> entries)
    {
        T[] values = new T[entries.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = entries[i].Value;
        }
        return values;
    }
}
