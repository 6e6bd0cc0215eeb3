using System.Net;
using System.Net.Sockets;

namespace Mosn.Bench.Load;

/// <summary>
/// The servers behind a TCP relay: a thread and blocking calls for each connection, which on one core costs less than
/// any event loop of .NET would.
/// </summary>
internal static class TcpServers
{
    private const int StackBytes = 256 * 1024;
    private const int BlockBytes = 256 * 1024;

    /// <summary>Serves on the port until the harness closes this process's input.</summary>
    public static void Run(int port, Action<Socket> serve)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(4096);
        StartThread(() => Accept(listener, serve));
        Console.WriteLine("ready");
        InternalCommands.WaitForEnd();
        Environment.Exit(0);
    }

    public static void Echo(Socket socket)
    {
        byte[] buffer = new byte[16 * 1024];
        int length;
        while ((length = socket.Receive(buffer)) > 0)
        {
            socket.Send(buffer.AsSpan(0, length));
        }
    }

    /// <summary>Sends for as long as the other side takes.</summary>
    public static void Send(Socket socket)
    {
        byte[] block = new byte[BlockBytes];
        while (true)
        {
            socket.Send(block);
        }
    }

    /// <summary>Leaves every connection open and never answers; needs no thread for each.</summary>
    public static void RunSilent(int port)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(4096);
        StartThread(() =>
        {
            List<Socket> open = [];
            while (true)
            {
                open.Add(listener.Accept());
            }
        });
        Console.WriteLine("ready");
        InternalCommands.WaitForEnd();
        Environment.Exit(0);
    }

    internal static Thread StartThread(ThreadStart work)
    {
        Thread thread = new(work, StackBytes) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static void Accept(Socket listener, Action<Socket> serve)
    {
        while (true)
        {
            Socket socket = listener.Accept();
            socket.NoDelay = true;
            StartThread(() =>
            {
                using (socket)
                {
                    try
                    {
                        serve(socket);
                    }
                    catch (SocketException)
                    {
                        // The proxy has closed: that is how every round ends.
                    }
                }
            });
        }
    }
}
