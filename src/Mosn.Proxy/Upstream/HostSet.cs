namespace Mosn.Proxy.Upstream;

/// <summary>A cluster's hosts at one moment. Immutable: a change makes another.</summary>
internal sealed class HostSet
{
    private readonly Host[] _all;
    private readonly Host[] _healthy;

    /// <param name="hosts">In the order of the configuration, each once. Not to be changed afterwards.</param>
    public HostSet(Host[] hosts)
    {
        _all = hosts;
        _healthy = Array.TrueForAll(hosts, static host => host.Health == HostHealth.Healthy)
            ? hosts
            : Array.FindAll(hosts, static host => host.Health == HostHealth.Healthy);
    }

    public static HostSet Empty { get; } = new([]);

    public ReadOnlySpan<Host> All => _all;

    /// <summary>Those that may get requests, in the same order.</summary>
    public ReadOnlySpan<Host> Healthy => _healthy;
}
