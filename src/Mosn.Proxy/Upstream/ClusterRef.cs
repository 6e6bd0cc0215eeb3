namespace Mosn.Proxy.Upstream;

/// <summary>
/// A cluster's name, held by whoever sends requests there: the same object for as long as anybody holds it, whether the
/// cluster exists, goes or comes. So a request needs no look-up by name.
/// </summary>
internal sealed class ClusterRef(string name)
{
    private volatile Cluster? _current;

    public string Name { get; } = name;

    /// <summary>Null while there is no such cluster.</summary>
    public Cluster? Current
    {
        get => _current;
        internal set => _current = value;
    }
}
