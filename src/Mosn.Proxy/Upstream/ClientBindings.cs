using Mosn.Proxy.Network;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// Which host each client's connection is bound to, in one cluster: it gets all requests of that connection. Belongs to one
/// loop.
/// </summary>
internal sealed class ClientBindings
{
    private readonly Dictionary<Connection, ClientBinding> _bindings = [];

    /// <summary>Null: the client's next request is to be bound.</summary>
    public ClientBinding? Find(Connection client) => _bindings.GetValueOrDefault(client);

    /// <summary>Binds a client.</summary>
    public void Add(Connection client, ClientBinding binding) => _bindings[client] = binding;

    /// <summary>Ends a binding, unless the client is bound anew already.</summary>
    public void Remove(Connection client, ClientBinding binding)
    {
        if (Find(client) == binding)
        {
            _bindings.Remove(client);
        }
    }
}
