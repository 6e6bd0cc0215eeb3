using System.Diagnostics;
using System.Net.Sockets;

namespace Mosn.Bench.Load;

/// <summary>Bulk: takes all that the source server sends through the relay, on a few connections at once.</summary>
/// <remarks>
/// The sources send from the first moment. Until "go" nothing is read, so the kernel's buffers fill and all stands.
/// </remarks>
internal sealed class DrainClient(int port, int connections)
{
    private long _bytes;
    private long _errors;
    private volatile bool _isOver;

    public void Run(int seconds)
    {
        Socket[] sockets = [.. Enumerable.Range(0, connections).Select(_ => PingClient.Connect(port))];
        byte[] first = new byte[1];
        foreach (Socket socket in sockets)
        {
            socket.Receive(first);
        }
        if (!InternalCommands.ReadyAndGo())
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        Thread[] threads = [.. sockets.Select(socket => TcpServers.StartThread(() => Work(socket)))];
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        _isOver = true;
        foreach (Thread thread in threads)
        {
            thread.Join();
        }
        Console.WriteLine(new LoadResult(_bytes, _errors, Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 0));
        InternalCommands.WaitForEnd();
    }

    private void Work(Socket socket)
    {
        byte[] buffer = new byte[256 * 1024];
        long bytes = 0;
        try
        {
            while (!_isOver)
            {
                int length = socket.Receive(buffer);
                if (length == 0)
                {
                    Interlocked.Increment(ref _errors);
                    break;
                }
                bytes += length;
            }
        }
        catch (SocketException)
        {
            Interlocked.Increment(ref _errors);
        }
        Interlocked.Add(ref _bytes, bytes);
    }
}
