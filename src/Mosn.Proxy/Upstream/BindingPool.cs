using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// Gives each client's connection one to a host for itself (MOSN: the pool mode "tcp"), which gets all its requests, in their
/// order. Within the bounds and the counters of all connections to the host. Belongs to one loop.
/// </summary>
internal sealed class BindingPool : ConnectionPool
{
    private readonly Func<IMultiplexOwner, IMultiplexConnection> _make;

    /// <summary>All that are not over.</summary>
    private readonly HashSet<ClientBinding> _all = [];

    /// <param name="priority">Whose bounds count.</param>
    /// <param name="protocol">What the connections speak.</param>
    /// <param name="make">Makes the client side of a connection, to be attached to one.</param>
    public BindingPool(
        EventLoop loop,
        Host host,
        RoutingPriority priority,
        StreamProtocol protocol,
        Func<IMultiplexOwner, IMultiplexConnection> make)
        : base(loop, host, priority)
    {
        Host = host;
        Protocol = protocol;
        Bindings = host.Cluster.BindingsOn(loop);
        _make = make;
    }

    public override bool IsBound => true;

    public Host Host { get; }

    public StreamProtocol Protocol { get; }

    /// <summary>Of all the cluster's pools on the loop.</summary>
    internal ClientBindings Bindings { get; }

    protected override bool MayConnect => true;

    public override IClientStream? NewStream(IStreamOwner owner, out StreamError error)
    {
        error = new StreamError(ErrorSource.Proxy, StreamErrorKind.Overflow);
        if (FindBound(owner) is { } bound)
        {
            return bound.MayOpen && !IsWaiting(owner.Client) ? Open(bound, owner) : null;
        }
        if (NextForNew() is not null)
        {
            return null; // Who came first gets the next one.
        }
        BudgetTake slot = Budgets.Connections.TryTake();
        return slot == BudgetTake.Refused ? null : OpenOnNew(slot, owner);
    }

    public override IClientStream? NewStreamOnFreshConnection(IStreamOwner owner, out StreamError error) =>
        NewStream(owner, out error);

    /// <summary>A connection stands, or has room.</summary>
    internal void OnRoom() => ServeSoon();

    internal void OnStreamEnded() => CountEnd();

    /// <summary>A host takes nothing more on a connection.</summary>
    internal void OnGoodbye() => CountGoodbye();

    internal void OnClosed(ClientBinding binding, ConnectionEvent what, int streamCount)
    {
        _all.Remove(binding);
        OnConnectionOver(what, streamCount, binding.HoldsSlot);
        ServeSoon(); // Who waits for it wants another one instead.
    }

    protected override void ConnectAhead(BudgetTake slot) => Budgets.Share.Return(slot);

    protected override IClientStream OpenOnNew(BudgetTake slot, IStreamOwner owner)
    {
        ClientBinding binding = FindBound(owner) ?? Bind(owner.Client);
        _all.Add(binding);
        IMultiplexConnection connection = _make(binding);
        connection.Attach(BeginConnect(connection));
        binding.Begin(connection, holdsSlot: slot == BudgetTake.Taken);
        IClientStream stream = Open(binding, owner);
        if (IsClosed)
        {
            binding.Loosen();
        }
        return stream;
    }

    protected override IClientStream? OpenOnKept(IStreamOwner owner) =>
        FindBound(owner) is { MayOpen: true } bound ? Open(bound, owner) : null;

    /// <summary>Those of one client keep their order; those of another do not wait for them.</summary>
    protected override PoolWaiter? NextForKept()
    {
        for (PoolWaiter? waiter = FirstWaiter; waiter is not null; waiter = waiter.Behind)
        {
            if (FindBound(waiter.Owner) is { MayOpen: true })
            {
                return waiter;
            }
        }
        return null;
    }

    protected override PoolWaiter? NextForNew()
    {
        for (PoolWaiter? waiter = FirstWaiter; waiter is not null; waiter = waiter.Behind)
        {
            if (FindBound(waiter.Owner) is not { Connection: not null })
            {
                return waiter;
            }
        }
        return null;
    }

    /// <summary>Its client's further requests are to wait here, too, and not to go elsewhere.</summary>
    protected override void OnWaiting(PoolWaiter waiter)
    {
        if (waiter.Owner.Client is { } client && Bindings.Find(client, Protocol) is null)
        {
            Bind(client);
        }
    }

    protected override void OnLeft(PoolWaiter waiter)
    {
        if (FindBound(waiter.Owner) is { Connection: null } promise && !IsWaiting(waiter.Owner.Client))
        {
            promise.Loosen();
        }
    }

    protected override bool TryCloseIdle() => false;

    protected override void CloseKept()
    {
        foreach (ClientBinding binding in (ClientBinding[])[.. _all])
        {
            binding.Loosen();
        }
    }

    private ClientBinding? FindBound(IStreamOwner owner) =>
        owner.Client is { } client && Bindings.Find(client, Protocol) is { } binding && binding.Pool == this ? binding : null;

    /// <param name="client">Null: the connection is for one stream of nobody's.</param>
    private ClientBinding Bind(Connection? client)
    {
        ClientBinding binding = new(this, client);
        binding.Bind();
        return binding;
    }

    private bool IsWaiting(Connection? client)
    {
        for (PoolWaiter? waiter = FirstWaiter; waiter is not null; waiter = waiter.Behind)
        {
            if (waiter.Owner.Client == client)
            {
                return true;
            }
        }
        return false;
    }

    private IClientStream Open(ClientBinding binding, IStreamOwner owner)
    {
        CountBegin();
        return binding.Connection!.NewStream(owner);
    }
}
