namespace Mosn.Proxy.Config;

/// <summary>What the binders of one load share.</summary>
internal sealed class ConfigReadContext(ConfigProblems problems, ConfigLoadOptions options)
{
    private readonly Dictionary<object, ConfigNode> _origins = new(ReferenceEqualityComparer.Instance);

    public ConfigProblems Problems => problems;

    public ConfigLoadOptions Options => options;

    /// <summary>Remembers where a record was read from, so that later checks can point there.</summary>
    public void Remember(object record, ConfigNode origin) => _origins[record] = origin;

    /// <summary>The node that a record was read from; null for one that no file had.</summary>
    public ConfigNode? OriginOf(object record) => _origins.GetValueOrDefault(record);
}
