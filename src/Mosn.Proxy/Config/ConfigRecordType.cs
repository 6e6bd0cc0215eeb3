namespace Mosn.Proxy.Config;

/// <summary>
/// What a binder must know of a type of record. Binders are written against this, and not generic: for a generic method
/// that is virtual a native binary finds out what to call while it runs, with a quarter of its start and of its garbage.
/// </summary>
internal abstract class ConfigRecordType
{
    public abstract string Name { get; }

    /// <summary>A record with its defaults.</summary>
    public abstract object New();

    /// <inheritdoc cref="IConfigRecord{TSelf}.Bind"/>
    public abstract object Bind(ConfigBinder binder, object record);
}

internal sealed class ConfigRecordType<T> : ConfigRecordType
    where T : class, IConfigRecord<T>, new()
{
    private ConfigRecordType()
    {
    }

    public static ConfigRecordType<T> Instance { get; } = new();

    public override string Name => typeof(T).Name;

    public override object New() => new T();

    public override object Bind(ConfigBinder binder, object record) => T.Bind(binder, (T)record);
}
