using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Network;

/// <summary>
/// A listener over all loops: a socket and a set of connections on each. Its methods are for the control side; what
/// happens on a loop is in <see cref="ListenerOnLoop"/>.
/// </summary>
public sealed class Listener
{
    private readonly ListenerOnLoop[] _parts;

    /// <param name="model">What to run.</param>
    /// <param name="loops">All loops of the process.</param>
    /// <param name="processLimit">Bounds the connections of all listeners together.</param>
    /// <param name="metrics">Counters of all listeners together, and of the proxy itself.</param>
    /// <param name="others">The listeners that a redirected connection may have been meant for; null: none.</param>
    internal Listener(
        ListenerModel model,
        IReadOnlyList<EventLoop> loops,
        ConnectionLimit processLimit,
        MetricRegistry metrics,
        ListenerDirectory? others = null)
    {
        Model = model;
        ConnectionLimit limit = new(model.ConnectionsMax);
        _parts = [.. loops.Select(loop => new ListenerOnLoop(model, loop, limit, processLimit, metrics, others))];
    }

    /// <summary>What is run.</summary>
    public ListenerModel Model { get; }

    /// <summary>The bound address, once open: tells the port when 0 was configured.</summary>
    public TransportAddress Address { get; private set; }

    /// <summary>Connections now, over all loops; a snapshot.</summary>
    public int ConnectionCount => _parts.Sum(static part => part.ConnectionCount);

    /// <summary>
    /// Connections that a drain waits for: all, unless what every filter does has no end of its own.
    /// </summary>
    public int DrainingCount => Model.Filters.Any(static filter => filter.HoldsDrain) ? ConnectionCount : 0;

    /// <summary>Opens a socket on each loop. On failure those already open are closed again.</summary>
    /// <exception cref="IOException">The system refused; the message names the address and the cause.</exception>
    public async ValueTask OpenAsync()
    {
        Address = Model.Address;
        if (!Model.BindsPort)
        {
            return;
        }
        try
        {
            // One after the other: the first decides the port when 0 is asked for, and owns a Unix socket.
            ListenOptions options = new(
                Model.Backlog,
                ReusePort: _parts.Length > 1,
                IsTransparent: Model.OriginalDst == OriginalDstMode.Tproxy);
            await _parts[0].Loop.RunAsync(() => _parts[0].Open(Address, options with { IsFirst = true }));
            ITransportListener first = _parts[0].Socket!;
            Address = first.Address;
            foreach (ListenerOnLoop part in _parts.Skip(1))
            {
                await part.Loop.RunAsync(() => part.OpenBeside(first, Address, options));
            }
        }
        catch (IOException)
        {
            await StopAcceptingAsync();
            throw;
        }
    }

    /// <summary>The listener's share of a worker loop.</summary>
    internal ListenerOnLoop On(EventLoop loop) => _parts[loop.Index];

    /// <summary>Closes the sockets; connections stay, and redirected ones may still come through another listener's.</summary>
    public async ValueTask StopAcceptingAsync()
    {
        foreach (ListenerOnLoop part in _parts)
        {
            await part.Loop.RunAsync(part.CloseSocket);
        }
    }

    /// <summary>Stops accepting, and asks every connection to end after what is under way.</summary>
    public async ValueTask BeginDrainAsync()
    {
        await StopAcceptingAsync();
        foreach (ListenerOnLoop part in _parts)
        {
            await part.Loop.RunAsync(part.DrainConnections);
        }
    }

    /// <summary>Stops accepting and resets what is still open.</summary>
    public async ValueTask CloseAsync()
    {
        await StopAcceptingAsync();
        foreach (ListenerOnLoop part in _parts)
        {
            await part.Loop.RunAsync(part.CloseConnections);
        }
    }
}
