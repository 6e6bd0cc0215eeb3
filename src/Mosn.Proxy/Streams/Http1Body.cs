using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>The body of the HTTP/1 message that a connection is receiving, taken from its input without a copy.</summary>
internal sealed class Http1Body : IMessageBody
{
    private Connection? _connection;
    private Http1BodyReader _reader;
    private long _bytesMax;
    private bool _broken;

    public bool IsEnded => _reader.IsEnd && !_broken;

    public HeaderBlock? Trailers => _reader.IsEnd ? _reader.Trailers : null;

    /// <summary>True once the body turned out malformed or cut off; no more of it comes.</summary>
    public bool IsBroken => _broken;

    /// <summary>True if what broke it was the end of the connection.</summary>
    public bool IsTruncated => _broken && _reader.Error == Http1Error.Truncated;

    /// <summary>True if what broke it was its size.</summary>
    public bool IsTooLarge => BytesRead > _bytesMax;

    /// <summary>
    /// True if whoever pulls found nothing more the last time: what is missing is for the peer to send. While nobody pulls,
    /// because the other side takes nothing, the peer is not to blame.
    /// </summary>
    public bool IsStarved { get; private set; }

    /// <summary>Bytes of payload taken.</summary>
    public long BytesRead { get; private set; }

    /// <param name="bytesMax">Payload above which the body counts as broken; 0: unbounded.</param>
    public void Start(
        Connection connection, BodyFraming framing, long contentLength, in Http1Limits limits, long bytesMax = 0)
    {
        _bytesMax = bytesMax == 0 ? long.MaxValue : bytesMax;
        _connection = connection;
        _broken = false;
        IsStarved = false;
        BytesRead = 0;
        _reader.Start(framing, contentLength, limits);
    }

    /// <summary>Gives the rest up: it counts as broken, whatever comes.</summary>
    public void Abandon() => _broken = true;

    public bool TryRead(out BufferSlice slice)
    {
        bool isThere = TryTake(out slice);
        IsStarved = !isThere;
        return isThere;
    }

    private bool TryTake(out BufferSlice slice)
    {
        slice = default;
        Connection connection = _connection!;
        ReadBuffer input = connection.Input;
        while (!_reader.IsEnd && !_broken && input.Length > 0)
        {
            Http1BodyStatus status = _reader.Read(input.Unread, out int consumed, out int start, out int length);
            switch (status)
            {
                case Http1BodyStatus.Data:
                    slice = input.Take(start, length);
                    input.Consume(consumed - start - length);
                    BytesRead += length;
                    _broken = BytesRead > _bytesMax;
                    return !_broken;
                case Http1BodyStatus.Malformed:
                    _broken = true;
                    return false;
                default:
                    input.Consume(consumed);
                    if (status == Http1BodyStatus.NeedMore && consumed == 0)
                    {
                        AtEndOfInput();
                        connection.ResumeReading();
                        return false;
                    }
                    break;
            }
        }
        if (!_reader.IsEnd && !_broken)
        {
            AtEndOfInput();
        }
        connection.ResumeReading();
        return false;
    }

    private void AtEndOfInput()
    {
        if (_connection!.InputEnded && !_reader.IsEnd)
        {
            _broken = _reader.EndOfInput() != Http1BodyStatus.End;
        }
    }
}
