namespace Mosn.Proxy.Config;

/// <summary>The spellings of an enum in configuration.</summary>
/// <param name="kind">As in <see cref="ConfigCapabilities"/>; null: every value is built.</param>
/// <param name="isAnyCase">MOSN itself takes any case; else another case is a warning.</param>
/// <param name="unknownIsError">false: an unknown value is a warning and the default holds, as in MOSN.</param>
internal sealed class EnumTable<T>(
    string what, string? kind, bool isAnyCase, bool unknownIsError, params (string Name, T Value)[] entries)
    where T : struct, Enum
{
    /// <summary>How a message calls the thing, for example "load balancer".</summary>
    public string What => what;

    public string? Kind => kind;

    public bool IsAnyCase => isAnyCase;

    public bool UnknownIsError => unknownIsError;

    public IReadOnlyList<(string Name, T Value)> Entries => entries;

    public IEnumerable<string> Names => entries.Select(static e => e.Name).Where(static n => n.Length > 0);

    /// <summary>The first spelling of a value; "" when it has none.</summary>
    public string NameOf(T value)
    {
        foreach ((string name, T candidate) in entries)
        {
            if (EqualityComparer<T>.Default.Equals(candidate, value))
            {
                return name;
            }
        }
        return "";
    }
}
