using System.Net.Sockets;
using System.Text;

namespace Mosn.Bench.Load;

/// <summary>Opens many client connections, sends one request on each, and then leaves them idle.</summary>
internal static class IdleClient
{
    public static void Run(int port, int connections)
    {
        byte[] request = Encoding.ASCII.GetBytes("GET /100b HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        byte[] buffer = new byte[4096];
        List<Socket> open = [];
        for (int i = 0; i < connections; i++)
        {
            Socket socket = PingClient.Connect(port);
            open.Add(socket);
            socket.Send(request);
            ReadAnswer(socket, buffer);
        }
        Console.WriteLine("ready");
        InternalCommands.WaitForEnd();
        open.ForEach(socket => socket.Dispose());
    }

    /// <summary>Reads until the head and the 100 bytes of body are there.</summary>
    private static void ReadAnswer(Socket socket, byte[] buffer)
    {
        int length = 0;
        while (true)
        {
            int more = socket.Receive(buffer.AsSpan(length));
            if (more == 0)
            {
                throw new BenchException("the proxy closed a connection instead of answering");
            }
            length += more;
            int head = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (head >= 0 && length >= head + 4 + Proxies.HttpBackend.SmallLength)
            {
                break;
            }
        }
        if (!buffer.AsSpan().StartsWith("HTTP/1.1 200"u8))
        {
            throw new BenchException("the proxy did not answer 200");
        }
    }
}
