using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mosn.EndToEnd;

/// <summary>How a peer ended a connection.</summary>
internal enum Ending
{
    /// <summary>In order: its stream has an end.</summary>
    Closed,

    /// <summary>It was cut off, and we know it.</summary>
    Reset,
}

/// <summary>A socket for tests that must see, or do, exactly what no client library would. Text is Latin-1.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public RawConnection(Socket socket) => _socket = socket;

    public Socket Socket => _socket;

    public static Task<RawConnection> OpenAsync(int port) => OpenAsync(new IPEndPoint(IPAddress.Loopback, port));

    public static async Task<RawConnection> OpenAsync(EndPoint address, int? receiveBuffer = null)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        if (receiveBuffer is { } bytes)
        {
            socket.ReceiveBufferSize = bytes;
        }
        using CancellationTokenSource limit = new(Wait.Max);
        await socket.ConnectAsync(address, limit.Token);
        return new RawConnection(socket);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using CancellationTokenSource limit = new(Wait.Max);
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes, limit.Token)..];
        }
    }

    /// <summary>Ends our direction; reading goes on.</summary>
    public void EndOutput() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Cuts the connection, so that the peer sees a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    /// <summary>Everything up to and with the text.</summary>
    public async Task<string> ReadThroughAsync(string end)
    {
        StringBuilder text = new();
        while (true)
        {
            text.Append((char)await ReadByteAsync());
            if (text.Length >= end.Length && text.ToString(text.Length - end.Length, end.Length) == end)
            {
                return text.ToString();
            }
        }
    }

    public async Task<string> ReadAsync(int count)
    {
        StringBuilder text = new(count);
        while (text.Length < count)
        {
            if (_start == _end)
            {
                Assert.True(await FillAsync(), $"the peer ended after '{text}'");
            }
            int take = Math.Min(count - text.Length, _end - _start);
            text.Append(Encoding.Latin1.GetString(_buffer, _start, take));
            _start += take;
        }
        return text.ToString();
    }

    /// <summary>What is there, at least a byte; empty at the end of the stream.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadSomeAsync()
    {
        if (_start == _end && !await FillAsync())
        {
            return default;
        }
        ReadOnlyMemory<byte> some = _buffer.AsMemory(_start, _end - _start);
        _start = _end;
        return some;
    }

    /// <summary>Everything up to the end of the stream.</summary>
    /// <exception cref="SocketException">It was reset.</exception>
    public async Task<string> ReadToEndAsync()
    {
        StringBuilder text = new();
        while (await ReadSomeAsync() is { Length: > 0 } some)
        {
            text.Append(Encoding.Latin1.GetString(some.Span));
        }
        return text.ToString();
    }

    /// <summary>Reads and drops until the peer ends the connection.</summary>
    public async Task<Ending> WaitForEndAsync()
    {
        try
        {
            await ReadToEndAsync();
            return Ending.Closed;
        }
        catch (SocketException)
        {
            return Ending.Reset;
        }
    }

    /// <summary>Request line and headers, or status line and headers, without the empty line.</summary>
    public async Task<string> ReadHeadAsync() => (await ReadThroughAsync("\r\n\r\n"))[..^2];

    /// <param name="isHead">It answers HEAD: no body follows, whatever the headers say.</param>
    public async Task<RawResponse> ReadResponseAsync(bool isHead = false)
    {
        RawResponse response = new(await ReadHeadAsync(), "", "");
        if (isHead || response.Status is < 200 or 204 or 304)
        {
            return response;
        }
        if (response.Header("Transfer-Encoding") == "chunked")
        {
            return await ReadChunksAsync(response);
        }
        return response with
        {
            Body = response.Header("Content-Length") is { } length
                ? await ReadAsync(int.Parse(length, CultureInfo.InvariantCulture))
                : await ReadToEndAsync(),
        };
    }

    public void Dispose() => _socket.Dispose();

    private async Task<RawResponse> ReadChunksAsync(RawResponse response)
    {
        StringBuilder body = new();
        while (true)
        {
            int length = int.Parse(
                (await ReadThroughAsync("\r\n"))[..^2], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0)
            {
                break;
            }
            body.Append(await ReadAsync(length));
            Assert.Equal("\r\n", await ReadAsync(2));
        }
        StringBuilder trailers = new();
        while (await ReadThroughAsync("\r\n") is { Length: > 2 } line)
        {
            trailers.Append(line);
        }
        return response with { Body = body.ToString(), Trailers = trailers.ToString() };
    }

    private async Task<byte> ReadByteAsync()
    {
        if (_start == _end)
        {
            Assert.True(await FillAsync(), "the peer ended the connection too early");
        }
        return _buffer[_start++];
    }

    private async Task<bool> FillAsync()
    {
        using CancellationTokenSource limit = new(Wait.Max);
        _start = 0;
        _end = await _socket.ReceiveAsync(_buffer, limit.Token);
        return _end > 0;
    }
}
