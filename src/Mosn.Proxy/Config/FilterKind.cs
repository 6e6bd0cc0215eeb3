namespace Mosn.Proxy.Config;

/// <summary>One type of filter that configuration may name, and how its settings are read.</summary>
internal abstract class FilterKind(string name)
{
    public string Name => name;

    /// <summary>Reads, writes or describes the settings. Null in, null out, for a kind without a record.</summary>
    public abstract TypedFilterConfig? Bind(ConfigBinder binder, string field, TypedFilterConfig? value, string doc);
}

/// <summary>A filter whose settings are kept as they stand.</summary>
internal sealed class RawFilterKind(string name) : FilterKind(name)
{
    public override TypedFilterConfig? Bind(
        ConfigBinder binder, string field, TypedFilterConfig? value, string doc) => null;
}

/// <summary>A filter whose settings are a record.</summary>
internal sealed class TypedFilterKind<T>(string name) : FilterKind(name)
    where T : TypedFilterConfig, IConfigRecord<T>, new()
{
    public override TypedFilterConfig? Bind(
        ConfigBinder binder, string field, TypedFilterConfig? value, string doc) =>
        binder.Child(field, value as T ?? new T(), doc);
}

/// <summary>The filters that may stand at one place.</summary>
/// <param name="kind">As in <see cref="ConfigCapabilities"/>, for example "network filter".</param>
internal sealed class FilterKindTable(string kind, params FilterKind[] kinds)
{
    public string Kind => kind;

    public IReadOnlyList<FilterKind> Kinds => kinds;

    public FilterKind? Find(string name) => Array.Find(kinds, k => k.Name == name);
}
