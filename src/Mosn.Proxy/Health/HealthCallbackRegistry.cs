using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Health;

/// <summary>Hears of every active check, on the cluster's home loop: returns at once.</summary>
/// <param name="changed">The host's health is another one than before.</param>
/// <param name="isHealthy">Whether the check passed.</param>
internal delegate void HealthCallback(Host host, bool changed, bool isHealthy);

/// <summary>The functions that a health check may name (MOSN: common callbacks). Filled in the composition root.</summary>
internal sealed class HealthCallbackRegistry
{
    private readonly Dictionary<string, HealthCallback> _byName = new(StringComparer.Ordinal);

    /// <summary>Adds one. Its name is new: a duplicate is a bug in the composition.</summary>
    public HealthCallbackRegistry Add(string name, HealthCallback callback)
    {
        _byName.Add(name, callback);
        return this;
    }

    /// <summary>Those that there are; the configuration's reader has warned of the others.</summary>
    public HealthCallback[] Find(IReadOnlyList<string> names) =>
        [.. names.Where(_byName.ContainsKey).Select(name => _byName[name])];
}
