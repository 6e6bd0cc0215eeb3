using Mosn.Proxy.Config;
using Mosn.Proxy.Network;

namespace Mosn.Proxy.Server;

/// <summary>Compiles the configuration of one kind of network filter.</summary>
/// <param name="filter">What the user wrote; already valid.</param>
/// <param name="listener">The listener that the filter is for.</param>
/// <param name="runtime">What the filter may use.</param>
/// <exception cref="StartException">The filter cannot work, and the operator can do something about it.</exception>
internal delegate INetworkFilterFactory NetworkFilterBuilder(
    FilterConfig filter, ListenerModel listener, ListenerConfig config, ProxyRuntime runtime);

/// <summary>
/// The network filters that this binary knows, by their type in the configuration. Filled in the composition root: no
/// static state and no registration as a side effect of loading.
/// </summary>
internal sealed class NetworkFilterRegistry
{
    private readonly Dictionary<string, NetworkFilterBuilder> _byType = new(StringComparer.Ordinal);

    /// <summary>Adds a kind. Its name is new: a duplicate is a bug in the composition.</summary>
    public NetworkFilterRegistry Add(string type, NetworkFilterBuilder builder)
    {
        _byType.Add(type, builder);
        return this;
    }

    /// <summary>The kind's builder; null if this binary does not know it.</summary>
    public NetworkFilterBuilder? Find(string type) => _byType.GetValueOrDefault(type);
}
