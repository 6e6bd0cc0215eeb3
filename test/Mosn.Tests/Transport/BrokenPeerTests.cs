using System.Net;
using System.Net.Sockets;
using System.Text;
using Mosn.Transport;
using Mosn.Transport.Buffers;

namespace Mosn.Tests.Transport;

public class BrokenPeerTests
{
    [Fact]
    public async Task What_a_peer_said_before_it_broke_the_connection_is_there_for_whom_a_send_told_of_the_break()
    {
        await using EpollWorld world = new();
        Ear ear = new();
        ITransportListener listener = await world.Listen(EpollWorld.AnyPort, ear);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, listener.Address.Port);
        ITransport transport = await ear.Accepted;
        await world.On(() =>
        {
            // All in one turn: the send meets the reset before epoll can tell of it, or of the bytes.
            client.Send("last words"u8);
            client.LingerState = new LingerOption(enable: true, seconds: 0);
            client.Close();
            OutputQueue output = new(world.Loop.Buffers);
            output.Write("too late"u8);
            Assert.False(transport.MayRead);
            Assert.Equal(IoStatus.Failed, transport.Flush(output).Status);
            output.Clear();

            Assert.True(transport.MayRead);
            byte[] room = new byte[100];
            IoResult result = transport.Read(room);
            Assert.Equal("last words", Encoding.Latin1.GetString(room, 0, result.Count));
            Assert.True(transport.MayRead);
            Assert.Equal(IoStatus.Failed, transport.Read(room).Status); // No end in order.
            Assert.False(transport.MayRead);
            transport.Close(CloseMode.Reset);
        });
    }
}
