namespace Mosn.Proxy.Config;

/// <summary>
/// What a record's declaration talks to. One implementation reads nodes, one writes JSON, one collects the schema.
/// Every method takes the JSON name, the value so far and a line of documentation, and answers the value to keep.
/// </summary>
internal abstract class ConfigBinder
{
    public abstract string String(string name, string value, string doc, Field field = default);

    /// <summary>Text that must not show up in a dump.</summary>
    public abstract string Secret(string name, string value, string doc, Field field = default);

    /// <summary>A regular expression. Refused unless it compiles without backtracking.</summary>
    public abstract string Pattern(string name, string value, string doc, Field field = default);

    /// <summary>A text in a language that another folder understands; its mistakes have a place if a check is given.</summary>
    public abstract string Code(string name, string value, ConfigSyntax syntax, string doc, Field field = default);

    public abstract bool Bool(string name, bool value, string doc, Field field = default);

    public abstract long Long(string name, long value, string doc, Field field = default);

    public int Int(string name, int value, string doc, Field field = default) =>
        (int)Long(name, value, doc, field.Within(int.MinValue, int.MaxValue));

    public uint UInt(string name, uint value, string doc, Field field = default) =>
        (uint)Long(name, value, doc, field.Within(uint.MinValue, uint.MaxValue));

    public abstract double Double(string name, double value, string doc, Field field = default);

    /// <summary>A host's weight: any unsigned number in the file, 1..128 afterwards.</summary>
    public abstract int Weight(string name, int value, string doc, Field field = default);

    /// <summary>Go syntax in the file ("1m30s").</summary>
    public abstract TimeSpan Duration(string name, TimeSpan value, string doc, Field field = default);

    /// <summary>As <see cref="Duration"/>, but being absent differs from being zero.</summary>
    public abstract TimeSpan? OptionalDuration(string name, TimeSpan? value, string doc, Field field = default);

    /// <summary>A duration, or a bare number of nanoseconds as MOSN's stream proxies have it.</summary>
    public abstract TimeSpan? DurationOrNanoseconds(string name, TimeSpan? value, string doc, Field field = default);

    /// <summary>Bytes; "10MB" in the file, units being powers of 1024.</summary>
    public abstract long ByteSize(string name, long value, string doc, Field field = default);

    /// <summary>A count of worker loops; 0 stands for "auto".</summary>
    public abstract int Processor(string name, int value, string doc, Field field = default);

    public abstract LogRollerConfig? LogRoller(string name, LogRollerConfig? value, string doc, Field field = default);

    /// <summary>The text of an access log line with its variables between percent signs.</summary>
    public abstract string AccessLogFormat(string name, string value, string doc, Field field = default);

    public abstract NetworkAddress? Address(string name, NetworkAddress? value, string doc, Field field = default);

    public T Enum<T>(string name, T value, EnumTable<T> table, string doc, Field field = default)
        where T : struct, Enum
    {
        int before = table.PositionOf(value);
        int after = Spelling(name, before, table, doc, field);
        return after == before ? value : table.ValueAt(after);
    }

    public abstract IReadOnlyList<string> Strings(
        string name, IReadOnlyList<string> value, string doc, Field field = default);

    public abstract IReadOnlyList<IReadOnlyList<string>> StringLists(
        string name, IReadOnlyList<IReadOnlyList<string>> value, string doc, Field field = default);

    public abstract IReadOnlyList<int> Ints(string name, IReadOnlyList<int> value, string doc, Field field = default);

    public abstract IReadOnlyDictionary<string, string> Map(
        string name, IReadOnlyDictionary<string, string> value, string doc, Field field = default);

    /// <summary>The string values under filter_metadata, "mosn.lb"; everything else in there is dropped.</summary>
    public abstract IReadOnlyDictionary<string, string> Metadata(
        string name, IReadOnlyDictionary<string, string> value, string doc, Field field = default);

    /// <summary>Any JSON, kept as it stands for whoever understands it.</summary>
    public abstract ConfigNode? Raw(string name, ConfigNode? value, string doc, Field field = default);

    /// <summary>An object that may be absent.</summary>
    public T? Object<T>(string name, T? value, string doc, Field field = default)
        where T : class, IConfigRecord<T>, new() =>
        (T?)Record(ConfigRecordType<T>.Instance, name, value, doc, field);

    /// <summary>An object that has its defaults when absent.</summary>
    public T Child<T>(string name, T value, string doc, Field field = default)
        where T : class, IConfigRecord<T>, new() => Object<T>(name, value, doc, field) ?? new T();

    public IReadOnlyList<T> List<T>(string name, IReadOnlyList<T> value, string doc, Field field = default)
        where T : class, IConfigRecord<T>, new() =>
        ListOf<T>(Records(ConfigRecordType<T>.Instance, name, value, doc, field));

    /// <summary>A list given in place, or as the files of the directory that another field names.</summary>
    public IReadOnlyList<T> ListOrDirectory<T>(
        string name, IReadOnlyList<T> value, string directoryName, string doc, Field field = default)
        where T : class, IConfigRecord<T>, new() =>
        ListOf<T>(RecordsOrDirectory(ConfigRecordType<T>.Instance, name, value, directoryName, doc, field));

    /// <summary>The directory of a <see cref="ListOrDirectory"/>. Never written: a dump has the list instead.</summary>
    public abstract string Directory(string name, string value, string doc, Field field = default);

    public abstract IReadOnlyList<FilterConfig> Filters(
        string name, IReadOnlyList<FilterConfig> value, FilterKindTable kinds, string doc, Field field = default);

    /// <summary>Settings of filters, each under the name of its type.</summary>
    public abstract IReadOnlyDictionary<string, FilterConfig> FilterMap(
        string name, IReadOnlyDictionary<string, FilterConfig> value, FilterKindTable kinds, string doc,
        Field field = default);

    /// <summary>extend_config of a proxy filter: flat for a single protocol, else keyed by protocol.</summary>
    public abstract ProtocolSettingsConfig Protocols(
        string name, ProtocolSettingsConfig value, string protocolsName, string doc, Field field = default);

    /// <summary>A key that MOSN knows and that has no effect here.</summary>
    public abstract void Ignored(string name, string because);

    /// <summary>Goes into an object that only groups fields. Ends with <see cref="Close"/> on what is answered.</summary>
    public abstract ConfigBinder Open(string name, string doc);

    public abstract void Close();

    /// <param name="position">Of the value's first spelling; -1 when it has none.</param>
    /// <returns>The position of the value to keep.</returns>
    protected abstract int Spelling(string name, int position, EnumTable table, string doc, Field field);

    protected abstract object? Record(ConfigRecordType type, string name, object? value, string doc, Field field);

    /// <returns>The value, or other records of that type.</returns>
    protected abstract IReadOnlyList<object> Records(
        ConfigRecordType type, string name, IReadOnlyList<object> value, string doc, Field field);

    /// <inheritdoc cref="Records"/>
    protected abstract IReadOnlyList<object> RecordsOrDirectory(
        ConfigRecordType type, string name, IReadOnlyList<object> value, string directoryName, string doc, Field field);

    private static IReadOnlyList<T> ListOf<T>(IReadOnlyList<object> records)
        where T : class
    {
        if (records is IReadOnlyList<T> list)
        {
            return list;
        }
        T[] copy = new T[records.Count];
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = (T)records[i];
        }
        return copy;
    }
}
