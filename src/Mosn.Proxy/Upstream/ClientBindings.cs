using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// Which host each client's connection is bound to, in one cluster: it gets all requests of that connection, and of those that
/// a transcoder sends on in different protocols all of one protocol. Belongs to one loop.
/// </summary>
internal sealed class ClientBindings
{
    private readonly Dictionary<(Connection Client, StreamProtocol Protocol), ClientBinding> _bindings = [];

    /// <summary>Null: the client's next request is to be bound.</summary>
    public ClientBinding? Find(Connection client, StreamProtocol protocol) => _bindings.GetValueOrDefault((client, protocol));

    /// <summary>Binds a client.</summary>
    public void Add(Connection client, StreamProtocol protocol, ClientBinding binding) =>
        _bindings[(client, protocol)] = binding;

    /// <summary>Ends a binding, unless the client is bound anew already.</summary>
    public void Remove(Connection client, StreamProtocol protocol, ClientBinding binding)
    {
        if (Find(client, protocol) == binding)
        {
            _bindings.Remove((client, protocol));
        }
    }
}
