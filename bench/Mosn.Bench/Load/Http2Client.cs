using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Mosn.Bench.Load;

/// <summary>
/// HTTP/2 connections that stay: after one request each, or with streams that nobody answers. Frames by hand (RFC 9113
/// section 4), fields without indexing, so that no library's memory or timing is part of what is measured.
/// </summary>
internal sealed class Http2Client(int port, int connections)
{
    private const byte DataFrame = 0, HeadersFrame = 1, SettingsFrame = 4, ResetFrame = 3, GoAwayFrame = 7;
    private const byte EndStream = 1, Ack = 1, EndHeaders = 4;

    private static readonly byte[] s_fields = [0x82, 0x86, .. Literal(4, "/100b"), .. Literal(1, "127.0.0.1")];

    /// <summary>One request and its answer on each connection.</summary>
    public void RunIdle() => Run(streams: 1, reads: true);

    /// <param name="streams">Requests on each connection; their answers never come.</param>
    public void RunOpen(int streams) => Run(streams, reads: false);

    private void Run(int streams, bool reads)
    {
        List<Socket> open = [];
        for (int i = 0; i < connections; i++)
        {
            Socket socket = PingClient.Connect(port);
            open.Add(socket);
            socket.Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
            socket.Send(Frame(SettingsFrame, 0, 0, []));
            ReadUntil(socket, static (type, flags) => type == SettingsFrame && (flags & Ack) == 0);
            socket.Send(Frame(SettingsFrame, Ack, 0, []));
            for (int stream = 0; stream < streams; stream++)
            {
                socket.Send(Frame(HeadersFrame, EndStream | EndHeaders, 2 * stream + 1, s_fields));
            }
            if (reads)
            {
                ReadUntil(socket, static (type, flags) => type is DataFrame or HeadersFrame && (flags & EndStream) != 0);
            }
        }
        Console.WriteLine("ready");
        InternalCommands.WaitForEnd();
        open.ForEach(static socket => socket.Dispose());
    }

    private static void ReadUntil(Socket socket, Func<byte, byte, bool> isWanted)
    {
        byte[] head = new byte[9];
        while (true)
        {
            ReadExactly(socket, head);
            int length = (head[0] << 16) | (head[1] << 8) | head[2];
            ReadExactly(socket, new byte[length]);
            if (head[3] is ResetFrame or GoAwayFrame)
            {
                throw new BenchException($"the proxy sent a frame of type {head[3]} instead of answering");
            }
            if (isWanted(head[3], head[4]))
            {
                return;
            }
        }
    }

    private static void ReadExactly(Socket socket, byte[] room)
    {
        for (int read = 0; read < room.Length;)
        {
            int more = socket.Receive(room.AsSpan(read));
            read += more > 0 ? more : throw new BenchException("the proxy closed a connection instead of answering");
        }
    }

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

    /// <summary>A field whose name is in the static table, without indexing and without Huffman (RFC 7541 section 6.2.2).</summary>
    private static byte[] Literal(byte nameIndex, string value) =>
        [nameIndex, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
