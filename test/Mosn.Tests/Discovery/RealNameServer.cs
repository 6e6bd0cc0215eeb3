using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mosn.Tests.Discovery;

/// <summary>
/// A small name server on a free port of 127.0.0.1, UDP and TCP (RFC 1035). Its messages are built by hand, so that the
/// client library is tested against something else than itself.
/// </summary>
internal sealed class RealNameServer : IDisposable
{
    public const ushort A = 1, Cname = 5, Aaaa = 28, Srv = 33;

    private const int PortsTriedMax = 50;

    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly Func<string, ushort, Reply?> _answer;
    private int _tcpCount;

    /// <param name="answer">The reply to a name and a type; null: none at all. Called on any thread.</param>
    public RealNameServer(Func<string, ushort, Reply?> answer)
    {
        _answer = answer;
        (_udp, _tcp) = BindBoth();
        EndPoint = (IPEndPoint)_udp.LocalEndPoint!;
        _tcp.Listen();
        _ = ServeUdpAsync();
        _ = ServeTcpAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Questions that came over TCP.</summary>
    public int TcpCount => Volatile.Read(ref _tcpCount);

    public static Record Address(string ip, uint ttlSeconds = 60)
    {
        byte[] bytes = IPAddress.Parse(ip).GetAddressBytes();
        return new Record(bytes.Length == 4 ? A : Aaaa, ttlSeconds, bytes);
    }

    public static Record Alias(string name, uint ttlSeconds) => new(Cname, ttlSeconds, Encode(name));

    public static Record Service(string target, ushort port, ushort priority, ushort weight) => new(
        Srv, 60, [.. Big(priority), .. Big(weight), .. Big(port), .. Encode(target)]);

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
    }

    /// <summary>A free port of one protocol may be taken in the other.</summary>
    private static (Socket Udp, Socket Tcp) BindBoth()
    {
        for (int tries = 1; ; tries++)
        {
            Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            Socket tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            try
            {
                tcp.Bind(udp.LocalEndPoint!);
                return (udp, tcp);
            }
            catch (SocketException) when (tries < PortsTriedMax)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    private async Task ServeUdpAsync()
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (true)
            {
                SocketReceiveFromResult got = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                if (Respond(buffer.AsSpan(0, got.ReceivedBytes), isTcp: false) is { } reply)
                {
                    await _udp.SendToAsync(reply, got.RemoteEndPoint);
                }
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
        catch (ObjectDisposedException)
        {
            // The same.
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using Socket client = await _tcp.AcceptAsync();
                await using NetworkStream stream = new(client);
                byte[] length = new byte[2];
                await stream.ReadExactlyAsync(length);
                byte[] query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(query);
                Interlocked.Increment(ref _tcpCount);
                byte[] reply = Respond(query, isTcp: true)!;
                await stream.WriteAsync((byte[])[.. Big((ushort)reply.Length), .. reply]);
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
        catch (ObjectDisposedException)
        {
            // The same.
        }
    }

    private byte[]? Respond(ReadOnlySpan<byte> query, bool isTcp)
    {
        StringBuilder name = new();
        int at = 12;
        while (query[at] != 0)
        {
            name.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(query.Slice(at + 1, query[at])));
            at += query[at] + 1;
        }
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(query[(at + 1)..]);
        if (_answer(name.ToString(), type) is not { } reply)
        {
            return null;
        }
        bool cut = reply.NeedsTcp && !isTcp;
        byte[] question = query[12..(at + 5)].ToArray();
        byte[] answers = cut ? [] : [.. reply.Records.SelectMany(static record => record.Encode())];
        ushort flags = (ushort)(0x8180 | (cut ? 0x0200 : 0) | reply.Code);
        return
        [
            .. query[..2], .. Big(flags), .. Big(1), .. Big((ushort)(cut ? 0 : reply.Records.Length)), .. Big(0), .. Big(0),
            .. question, .. answers,
        ];
    }

    private static byte[] Encode(string name) =>
        [.. name.Split('.').SelectMany(static label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    private static byte[] Big(ushort value) => [(byte)(value >> 8), (byte)value];

    /// <param name="Code">RCODE: 0 none, 2 server failure, 3 no such name.</param>
    /// <param name="NeedsTcp">Over UDP only the mark that it was cut off.</param>
    internal sealed record Reply(int Code, params Record[] Records)
    {
        public bool NeedsTcp { get; init; }
    }

    internal sealed record Record(ushort Type, uint TtlSeconds, byte[] Data)
    {
        // The name is a pointer to that of the question.
        public byte[] Encode() =>
        [
            0xC0, 12, .. Big(Type), .. Big(1), .. Big((ushort)(TtlSeconds >> 16)), .. Big((ushort)TtlSeconds),
            .. Big((ushort)Data.Length), .. Data,
        ];
    }
}
