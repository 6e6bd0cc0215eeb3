using System.Net.Sockets;
using System.Text;

namespace Mosn.Proxy.Observability;

/// <summary>
/// Sends each line to a syslog daemon: facility local0, severity error, tag <c>mosn</c>, as MOSN does. Connects in the
/// background; lines that come while there is no connection are lost, and a dead daemon costs the writer at most
/// one second, once in ten.
/// </summary>
/// <remarks>RFC 3164 for the local daemon; remote ones get an RFC 3339 time and the host name.</remarks>
internal sealed class SyslogLogOutput : ILogOutput
{
    private const int PriorityLocal0Error = (16 * 8) + 3;
    private const int SendTimeoutMs = 1000;
    private static readonly TimeSpan s_retryInterval = TimeSpan.FromSeconds(10);

    private readonly SyslogAddress _address;
    private readonly TimeProvider _time;
    private Task<Socket?> _socket;
    private long _connectedAt;

    public SyslogLogOutput(SyslogAddress address, TimeProvider time)
    {
        _address = address;
        _time = time;
        _connectedAt = time.GetTimestamp();
        _socket = address.Kind == SyslogKind.Local ? Task.FromResult(Connect()) : Task.Run(Connect);
    }

    /// <summary>Whether lines would be sent now.</summary>
    public bool IsConnected => _socket is { IsCompletedSuccessfully: true, Result: not null };

    public void Write(ReadOnlySpan<byte> lines)
    {
        if (!_socket.IsCompleted)
        {
            throw new IOException("not connected yet");
        }
        if (_socket.Result is not { } socket)
        {
            Retry();
            throw new IOException("not connected");
        }
        byte[] header = Encoding.UTF8.GetBytes(Header());
        try
        {
            while (!lines.IsEmpty)
            {
                int end = lines.IndexOf((byte)'\n');
                ReadOnlySpan<byte> line = end < 0 ? lines : lines[..(end + 1)];
                socket.Send([.. header, .. line]);
                lines = lines[line.Length..];
            }
        }
        catch (SocketException)
        {
            // The daemon went away or is stuck. A stream may hold half a line now: begin anew.
            Close(socket);
            throw;
        }
    }

    public void Reopen()
    {
        // Connections are made again when they break.
    }

    public void Tick()
    {
        // Nothing is ever due.
    }

    public void Dispose()
    {
        if (_socket is { IsCompleted: true, Result: { } socket })
        {
            socket.Dispose();
        }
    }

    private void Close(Socket socket)
    {
        socket.Dispose();
        _socket = Task.FromResult<Socket?>(null);
        _connectedAt = _time.GetTimestamp();
    }

    private void Retry()
    {
        if (_time.GetElapsedTime(_connectedAt) >= s_retryInterval)
        {
            _connectedAt = _time.GetTimestamp();
            _socket = Task.Run(Connect);
        }
    }

    private Socket? Connect()
    {
        Socket? socket = null;
        try
        {
            socket = _address.Kind switch
            {
                SyslogKind.Local => new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified),
                SyslogKind.Udp => new Socket(SocketType.Dgram, ProtocolType.Udp),
                _ => new Socket(SocketType.Stream, ProtocolType.Tcp),
            };
            socket.SendTimeout = SendTimeoutMs;
            if (_address.Kind == SyslogKind.Local)
            {
                socket.Connect(new UnixDomainSocketEndPoint("/dev/log"));
            }
            else
            {
                socket.Connect(_address.Host, _address.Port);
            }
            return socket;
        }
        catch (SocketException)
        {
            socket?.Dispose();
            return null;
        }
    }

    private string Header()
    {
        DateTimeOffset now = _time.GetLocalNow();
        string stamp = _address.Kind == SyslogKind.Local
            ? $"{now:MMM} {now.Day,2} {now:HH:mm:ss}"
            : $"{now:yyyy-MM-dd'T'HH:mm:sszzz} {Environment.MachineName}";
        return $"<{PriorityLocal0Error}>{stamp} mosn[{Environment.ProcessId}]: ";
    }
}
