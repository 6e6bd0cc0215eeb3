using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Health;

/// <summary>
/// Groups of one schema by the value of their one label. Several may count in a group; it is exported for as long as
/// somebody does. Control side, any thread.
/// </summary>
internal sealed class SharedMetrics(MetricRegistry registry, MetricSchema schema, string label)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (MetricGroup Group, int Users)> _byValue = new(StringComparer.Ordinal);

    /// <summary>The group of that value; <see cref="Release"/> follows.</summary>
    public MetricGroup Acquire(string value)
    {
        lock (_lock)
        {
            if (!_byValue.TryGetValue(value, out (MetricGroup Group, int Users) entry))
            {
                entry = (registry.GetOrAdd(schema, (label, value)), 0);
            }
            _byValue[value] = entry with { Users = entry.Users + 1 };
            return entry.Group;
        }
    }

    /// <summary>Whoever acquired the group counts no more.</summary>
    public void Release(string value)
    {
        lock (_lock)
        {
            (MetricGroup group, int users) = _byValue[value];
            if (users > 1)
            {
                _byValue[value] = (group, users - 1);
                return;
            }
            _byValue.Remove(value);
            registry.Remove(group);
        }
    }
}
