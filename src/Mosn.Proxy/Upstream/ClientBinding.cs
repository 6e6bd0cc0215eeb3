using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// A client's connection and the one to a host that it has for itself: what ends one ends the other, in the same way. Belongs to
/// one loop.
/// </summary>
/// <param name="client">Null: the connection to the host is for one stream of nobody's.</param>
internal sealed class ClientBinding(BindingPool pool, Connection? client) : IMultiplexOwner, IConnectionListener, ITurnEnd
{
    private ConnectionEvent _end;
    private bool _stood;

    /// <summary>The two ends are nothing to each other any more: the client may have another binding.</summary>
    private bool _isLoose;

    public BindingPool Pool => pool;

    /// <summary>The connection to the host; null while the client's first request waits for one.</summary>
    public IMultiplexConnection? Connection { get; private set; }

    /// <summary>True if it counts against a bound on connections.</summary>
    public bool HoldsSlot { get; private set; }

    /// <summary>True if one more stream may be opened now.</summary>
    public bool MayOpen => Connection is { MayOpen: true };

    /// <summary>From now on all of the client's requests come here.</summary>
    public void Bind()
    {
        if (client is not null)
        {
            client.AddListener(this);
            pool.Bindings.Add(client, pool.Protocol, this);
        }
    }

    /// <summary>A connection to the host was begun.</summary>
    public void Begin(IMultiplexConnection connection, bool holdsSlot)
    {
        Connection = connection;
        HoldsSlot = holdsSlot;
    }

    /// <summary>
    /// The host, or the pool, takes nothing more. The client hears of it; if it calls all the same, it is bound anew.
    /// </summary>
    public void Loosen()
    {
        if (_isLoose)
        {
            return;
        }
        _isLoose = true;
        Unbind();
        EndIfUnused();
        if (_stood)
        {
            client?.Drain();
        }
    }

    void IMultiplexOwner.OnConnected(IMultiplexConnection connection)
    {
        _stood = true;
        pool.OnRoom();
    }

    void IMultiplexOwner.OnMayOpenChanged(IMultiplexConnection connection)
    {
        if (connection.IsDraining && !_isLoose)
        {
            pool.OnGoodbye();
            Loosen();
        }
        pool.OnRoom();
    }

    void IMultiplexOwner.OnStreamEnded(IMultiplexConnection connection)
    {
        pool.OnStreamEnded();
        EndIfUnused();
        pool.OnRoom();
    }

    void IMultiplexOwner.OnClosed(IMultiplexConnection connection, ConnectionEvent what)
    {
        Unbind();
        pool.OnClosed(this, what, connection.StreamCount);
        if (_stood && !_isLoose && client is { IsClosed: false })
        {
            _isLoose = true;
            _end = what;
            pool.Loop.AtEndOfTurn(this); // After the calls that are under way have ended: they say why.
        }
    }

    void IConnectionListener.OnEvent(Connection connection, ConnectionEvent what)
    {
        if (what == ConnectionEvent.GoAway)
        {
            Connection?.SayGoAway();
        }
        else if (what.IsEnd())
        {
            _isLoose = true;
            Unbind();
            Connection?.Connection.Close(
                what == ConnectionEvent.RemoteReset ? ConnectionCloseKind.Reset : ConnectionCloseKind.Flush);
        }
    }

    void ITurnEnd.OnTurnEnd() => client!.Close(
        _end is ConnectionEvent.RemoteReset or ConnectionEvent.WriteTimeout
            ? ConnectionCloseKind.Reset
            : ConnectionCloseKind.Flush);

    private void Unbind()
    {
        if (client is not null)
        {
            client.RemoveListener(this);
            pool.Bindings.Remove(client, pool.Protocol, this);
        }
    }

    private void EndIfUnused()
    {
        if ((_isLoose || client is null) && Connection is { StreamCount: 0, Connection.IsClosed: false } unused)
        {
            unused.Connection.Close(ConnectionCloseKind.Flush);
        }
    }
}
