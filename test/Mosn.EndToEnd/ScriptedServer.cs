using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Xunit.Sdk;

namespace Mosn.EndToEnd;

/// <summary>An upstream that does what no proper server would. Each connection runs the script.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly Socket _listener;
    private readonly Func<RawConnection, int, Task> _script;
    private readonly ConcurrentBag<RawConnection> _connections = [];
    private int _count;

    /// <param name="script">Given a connection and its number from 1. The connection is closed when it returns.</param>
    /// <param name="address">Null: any port of 127.0.0.1.</param>
    public ScriptedServer(Func<RawConnection, int, Task> script, EndPoint? address = null)
    {
        address ??= new IPEndPoint(IPAddress.Loopback, 0);
        _script = script;
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(address);
        _listener.Listen(1024);
        _ = AcceptAsync();
    }

    public string Address => _listener.LocalEndPoint!.ToString()!;

    /// <summary>Connections that were accepted.</summary>
    public int ConnectionCount => Volatile.Read(ref _count);

    /// <summary>Connections whose script is not over.</summary>
    public int ActiveCount => Volatile.Read(ref _active);

    private int _active;

    /// <summary>Answers every request of every connection; requests have no body.</summary>
    public static ScriptedServer Answering(string response) => new(async (connection, _) =>
    {
        while (true)
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(response);
        }
    });

    public void Dispose()
    {
        _listener.Dispose();
        foreach (RawConnection connection in _connections)
        {
            connection.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                RawConnection connection = new(await _listener.AcceptAsync());
                _connections.Add(connection);
                _ = RunAsync(connection, Interlocked.Increment(ref _count));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed: the test is over.
        }
    }

    private async Task RunAsync(RawConnection connection, int number)
    {
        Interlocked.Increment(ref _active);
        try
        {
            await _script(connection, number);
        }
        catch (Exception e)
            when (e is SocketException or ObjectDisposedException or OperationCanceledException or XunitException)
        {
            // The peer left, which most scripts do not care about; what matters is what the client sees.
        }
        Interlocked.Decrement(ref _active);
        connection.Dispose();
    }
}
