using System.Net;
using System.Net.Sockets;
using Mosn.Transport;
using Mosn.Transport.Sockets;

namespace Mosn.Tests.Transport;

/// <summary>Listening sockets when somebody else has the port, or the system nothing to give.</summary>
public class SocketListenerTests
{
    [Fact]
    public async Task A_port_that_another_process_shares_among_its_loops_is_in_use()
    {
        await using EpollWorld world = new(loopCount: 2);
        Echo echo = new(world.Loop);
        ListenOptions first = new() { ReusePort = true, IsFirst = true };
        ITransportListener ours = await world.On(() => world.Loop.Listen(EpollWorld.AnyPort, first, echo));
        await world.Listen(ours.Address, new Echo(world.Loops[1]), world.Loops[1], reusePort: true);
        await Assert.ThrowsAsync<IOException>(() => world.On(() => world.Loop.Listen(ours.Address, first, echo)));
    }

    [Fact]
    public async Task A_listener_for_which_the_system_has_no_memory_rests_and_goes_on()
    {
        await using EpollWorld world = new();
        Ear ear = new();
        SocketListener listener = (SocketListener)await world.Listen(EpollWorld.AnyPort, ear);
        SocketListener closed = (SocketListener)await world.Listen(EpollWorld.AnyPort, new Ear());
        await world.On(() =>
        {
            closed.Rest();
            closed.Close();
            listener.Rest();
            listener.Rest();
        });
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, listener.Address.Port);
        ITransport accepted = await ear.Accepted;
        await world.On(() => accepted.Close(CloseMode.Graceful));
    }
}
