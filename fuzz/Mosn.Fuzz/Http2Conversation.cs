using System.Globalization;
using System.Text;
using Mosn.Protocols.Http2;

namespace Mosn.Fuzz;

/// <summary>
/// One end of a connection whose peer is the input: takes what comes, answers some of it, and writes down what it hears. Holds
/// the session to its contract on the way.
/// </summary>
internal sealed class Http2Conversation : IHttp2SessionOwner
{
    private const int OwnStreams = 5;
    private const int StreamsMax = 8;
    private const int RoomBytes = 64 * 1024;

    private readonly bool _isServer;
    private readonly Http2Session _session;
    private readonly MemoryStream _output = new();
    private readonly StringBuilder _log = new();
    private readonly byte[] _room = new byte[RoomBytes];
    private readonly Queue<(FuzzStream Stream, int Left)> _sending = [];
    private FuzzStream? _dataOf;
    private int _dataLength;
    private bool _isReserved;
    private int _starved;

    public Http2Conversation(bool isServer)
    {
        _isServer = isServer;
        Http2SessionOptions options = new() { StreamsMax = StreamsMax, HeadLimits = Http2HeadLimits.Default with { ListBytesMax = 2000 } };
        _session = new Http2Session(isServer, options, this);
        _session.Start();
        for (int i = 0; !isServer && i < OwnStreams; i++)
        {
            FuzzStream stream = new(this);
            _session.Open(stream);
            stream.SendRequest(endStream: i % 2 == 0);
        }
    }

    public string Log => _log.ToString();

    public ReadOnlySpan<byte> Output => _output.GetBuffer().AsSpan(0, (int)_output.Length);

    /// <summary>Gives it all that the peer sends: at once, or cut.</summary>
    public void Receive(ReadOnlySpan<byte> sent, Splits? splits)
    {
        Splits cuts = splits ?? default;
        int at = 0;
        int end = splits is null ? sent.Length : 0;
        while (at < sent.Length)
        {
            ReadOnlySpan<byte> rest = sent[at..end];
            Http2Step step = rest.IsEmpty ? default : _session.Receive(rest, nowMs: at / 16);
            AssertSound(step, rest);
            Hear(step, rest);
            at += step.Consumed;
            if (step.Consumed == 0)
            {
                if (end == sent.Length)
                {
                    break;
                }
                end = cuts.Next(end, sent.Length);
            }
        }
        FlushData();
        Write($"over: {_session.Error}, {_session.StreamCount} streams");
    }

    /// <summary>Whole frames, none larger than every peer takes, and nothing after the one that ends the connection.</summary>
    public void AssertOutputIsSound()
    {
        ReadOnlySpan<byte> rest = Output;
        rest = _isServer ? rest : rest[Http2Preface.Bytes.Length..];
        bool isOver = false;
        while (!rest.IsEmpty)
        {
            Oracle.That(rest.Length >= Http2FrameHeader.Size, "a whole frame goes out");
            Http2FrameHeader frame = Http2FrameHeader.Read(rest);
            Oracle.That(frame.Length <= Http2Settings.FrameSizeMin, "a frame that goes out has the size that all take");
            Oracle.That(rest.Length >= Http2FrameHeader.Size + frame.Length, "a whole frame goes out");
            Oracle.That(!isOver, "nothing goes out after the end");
            isOver = frame.Type == Http2FrameType.GoAway;
            rest = rest[(Http2FrameHeader.Size + frame.Length)..];
        }
        Oracle.Same(_session.Error is not null, isOver, "an error is told to the peer");
    }

    Span<byte> IHttp2SessionOwner.Reserve(int atLeast)
    {
        Oracle.That(atLeast <= RoomBytes && !_isReserved, "room for a frame");
        _isReserved = true;
        return _room;
    }

    void IHttp2SessionOwner.Commit(ReadOnlySpan<byte> written)
    {
        _isReserved = false;
        _output.Write(written);
    }

    Http2Stream? IHttp2SessionOwner.RentStream() => ++_starved % 7 == 0 ? null : new FuzzStream(this);

    void IHttp2SessionOwner.ReturnStream(Http2Stream stream) => Oracle.That(!stream.IsLive, "a stream that is given back is over");

    void IHttp2SessionOwner.OnSettings() => Write("settings");

    void IHttp2SessionOwner.OnGoAway(Http2ErrorCode code) => Write($"goaway {code}");

    void IHttp2SessionOwner.OnPong(ulong payload) => Write($"pong {payload}");

    void IHttp2SessionOwner.OnAbuse(Http2Abuse kind) => Write($"abuse {kind}");

    /// <summary>Sends what was held back by a window, each stream in its turn.</summary>
    void IHttp2SessionOwner.OnSendWindow()
    {
        for (int turns = _sending.Count; turns > 0 && _session.Error is null; turns--)
        {
            (FuzzStream stream, int left) = _sending.Dequeue();
            if (stream.IsLive && !stream.IsLocalEnded)
            {
                Send(stream, left);
            }
        }
    }

    /// <summary>Sends a body of that many bytes, as far as the windows go; the rest waits.</summary>
    public void Send(FuzzStream stream, int bytes)
    {
        int length = _session.Sendable(stream, bytes);
        Oracle.That(length >= 0 && length <= bytes, "what may be sent");
        if (length == 0 && bytes > 0)
        {
            _sending.Enqueue((stream, bytes));
            return;
        }
        byte[] frame = new byte[Http2FrameHeader.Size + length];
        _session.BeginData(stream, frame, length, endStream: length == bytes);
        _output.Write(frame);
        if (length < bytes)
        {
            _sending.Enqueue((stream, bytes - length));
        }
    }

    public void SendBlock(FuzzStream stream, int bytesMax, Func<HpackEncoder, byte[], int> write, bool endStream)
    {
        Span<byte> room = _session.ReserveBlock(bytesMax);
        byte[] block = new byte[bytesMax];
        int length = write(_session.Encoder, block);
        block.AsSpan(0, length).CopyTo(room[Http2FrameHeader.Size..]);
        _session.CommitBlock(stream, room, length, endStream);
    }

    public void Reset(FuzzStream stream) => _session.Reset(stream, Http2ErrorCode.Cancel);

    public void Write(string what)
    {
        FlushData();
        _log.Append(what).Append('\n');
    }

    private void AssertSound(Http2Step step, ReadOnlySpan<byte> rest)
    {
        Oracle.That(step.Consumed >= 0 && step.Consumed <= rest.Length, "no more is consumed than is there");
        Oracle.That(
            step.Consumed > 0 || rest.Length < Http2FrameHeader.Size + Http2Settings.FrameSizeMin, "a whole frame is enough");
        Oracle.That(step.DataLength == 0 || step.DataStart + step.DataLength <= step.Consumed, "data is among what is consumed");
        Oracle.That(step.Stream is not null || (step.DataLength == 0 && !step.EndStream), "data is somebody's");
        Oracle.That(_isServer ? _session.StreamCount <= StreamsMax : _session.StreamCount <= OwnStreams, "streams have a bound");
        foreach (Http2Stream stream in _session.Streams)
        {
            Oracle.That(stream.IsLive && !(stream.IsRemoteEnded && stream.IsLocalEnded), "a stream that is over is forgotten");
            Oracle.That(stream.ReceiveWindow >= 0, "a peer gets no more than its window");
        }
    }

    private void Hear(Http2Step step, ReadOnlySpan<byte> rest)
    {
        if (step.Stream is not FuzzStream stream)
        {
            return;
        }
        if (_dataOf != stream)
        {
            FlushData();
            _dataOf = stream;
        }
        stream.OnData(rest.Slice(step.DataStart, step.DataLength), step.EndStream);
        _dataLength += step.DataLength;
        if (step.EndStream)
        {
            Write(string.Create(CultureInfo.InvariantCulture, $"end {stream.Number}"));
        }
    }

    /// <summary>Pieces of a body are one: how they were cut says nothing.</summary>
    private void FlushData()
    {
        if (_dataLength > 0)
        {
            _log.Append(CultureInfo.InvariantCulture, $"data {_dataOf!.Number} {_dataLength} {_dataOf.Sum:x}\n");
        }
        (_dataOf, _dataLength) = (null, 0);
    }
}
