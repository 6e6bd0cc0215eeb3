using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mosn.Bench.Load;

/// <summary>Small messages through a proxy to a server that answers each, on each connection one at a time.</summary>
internal sealed class PingClient(int port, int connections, Func<int, Action<Socket>> exchanges)
{
    private readonly List<float>[] _latenciesUs =
        [.. Enumerable.Range(0, connections).Select(_ => new List<float>(65536))];

    private long _errors;
    private volatile bool _isOver;

    public void Run(int seconds)
    {
        Socket[] sockets = [.. Enumerable.Range(0, connections).Select(_ => Connect(port))];
        Action<Socket> first = exchanges(connections);
        foreach (Socket socket in sockets)
        {
            first(socket);
        }
        if (!InternalCommands.ReadyAndGo())
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        Thread[] threads = [.. sockets.Select((socket, index) => TcpServers.StartThread(() => Work(socket, index)))];
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        _isOver = true;
        foreach (Thread thread in threads)
        {
            thread.Join();
        }
        Console.WriteLine(Result(Stopwatch.GetElapsedTime(start)));
        InternalCommands.WaitForEnd();
    }

    /// <summary>Bytes to an echo server and back.</summary>
    public static PingClient Echo(int port, int connections, int messageLength) => new(port, connections, _ =>
    {
        byte[] message = new byte[messageLength];
        return socket =>
        {
            socket.Send(message);
            for (int received = 0; received < message.Length;)
            {
                int length = socket.Receive(message.AsSpan(received));
                received += length > 0 ? length : throw new SocketException((int)SocketError.ConnectionReset);
            }
        };
    });

    /// <summary>Calls of SOFA Bolt.</summary>
    public static PingClient Bolt(int port, int connections, int contentBytes) => new(port, connections, index =>
    {
        byte[] call = BoltCalls.Call(contentBytes);
        byte[] answer = new byte[call.Length];
        uint id = (uint)index << 20;
        return socket =>
        {
            BoltCalls.SetId(call, ++id);
            BoltCalls.Exchange(socket, call, answer);
        };
    });

    /// <summary>A connection that gives up after five seconds without a byte.</summary>
    internal static Socket Connect(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = 5000,
            SendTimeout = 5000,
        };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private void Work(Socket socket, int index)
    {
        Action<Socket> exchange = exchanges(index);
        List<float> latencies = _latenciesUs[index];
        try
        {
            while (!_isOver)
            {
                long sent = Stopwatch.GetTimestamp();
                exchange(socket);
                latencies.Add((float)Stopwatch.GetElapsedTime(sent).TotalMicroseconds);
            }
        }
        catch (SocketException)
        {
            Interlocked.Increment(ref _errors);
        }
    }

    private LoadResult Result(TimeSpan elapsed)
    {
        float[] all = [.. _latenciesUs.SelectMany(latencies => latencies)];
        Array.Sort(all);
        float At(double share) => all.Length == 0 ? 0 : all[(int)((all.Length - 1) * share)];
        return new LoadResult(all.Length, _errors, elapsed.TotalSeconds, At(0.5), At(0.99));
    }
}
