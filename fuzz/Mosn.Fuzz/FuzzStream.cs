using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Protocols.Http2;

namespace Mosn.Fuzz;

/// <summary>
/// A stream of a <see cref="Http2Conversation"/>: what it does about a message follows from its id. Holds the session to the
/// order in which it may call.
/// </summary>
internal sealed class FuzzStream(Http2Conversation owner) : Http2Stream
{
    private const int BodyBytes = 70_000; // More than the first window of a connection.

    private readonly RequestHead _request = new();
    private readonly ResponseHead _response = new();
    private readonly HeaderBlock _trailers = new();
    private bool _isRequest;
    private bool _hasHead;
    private bool _isOver;

    /// <summary>The id, also after the stream.</summary>
    public int Number { get; private set; }

    /// <summary>Of the body so far (FNV-1a).</summary>
    public uint Sum { get; private set; } = 2166136261;

    protected internal override bool IsInterim => !_isRequest && _response.Status < 200;

    public void SendRequest(bool endStream)
    {
        Number = Id;
        RequestHead head = new();
        head.SetMethod("POST"u8);
        head.SetPath("/"u8);
        head.SetAuthority("a"u8);
        head.SetFraming(endStream ? BodyFraming.None : BodyFraming.Chunked);
        owner.SendBlock(
            this, Http2HeadWriter.MaxLength(head), (encoder, room) => Http2HeadWriter.WriteRequest(encoder, head, "http"u8, room),
            endStream);
        if (!endStream)
        {
            owner.Send(this, BodyBytes);
        }
    }

    public void OnData(ReadOnlySpan<byte> data, bool endStream)
    {
        Oracle.That(_hasHead && !_isOver, "a body comes behind its head");
        foreach (byte value in data)
        {
            Sum = (Sum ^ value) * 16777619;
        }
        _isOver = endStream;
    }

    protected internal override Http2HeadStatus ReadHead(HpackDecoder decoder, ReadOnlySpan<byte> block, bool endStream)
    {
        Oracle.That(!_hasHead && !_isOver, "one head");
        if (Number == 0)
        {
            Number = Id;
            _isRequest = true;
        }
        Http2HeadLimits limits = Http2HeadLimits.Default with { ListBytesMax = 2000 };
        Http2HeadStatus status = _isRequest
            ? Http2HeadReader.ReadRequest(decoder, block, limits, endStream, _request)
            : Http2HeadReader.ReadResponse(decoder, block, limits, endStream, RequestMethodHint.Other, _response);
        long length = _isRequest ? _request.ContentLength : _response.ContentLength;
        if (status == Http2HeadStatus.Complete && length >= 0 && !IsInterim)
        {
            ExpectBody(length);
        }
        return status;
    }

    protected internal override Http2HeadStatus ReadTrailers(HpackDecoder decoder, ReadOnlySpan<byte> block)
    {
        Oracle.That(_hasHead && !_isOver, "trailers come behind a head");
        return Http2HeadReader.ReadTrailers(decoder, block, Http2HeadLimits.Default, _trailers);
    }

    protected internal override void OnHead()
    {
        Oracle.That(!_hasHead && !_isOver, "one head");
        _hasHead = true;
        _isOver = IsRemoteEnded;
        owner.Write(_isRequest
            ? $"request {Number} {_request.Headers.Count} {_request.Framing} {_request.ContentLength} {IsRemoteEnded}"
            : $"response {Number} {_response.Status} {_response.Headers.Count} {IsRemoteEnded}");
        if (_isRequest)
        {
            Answer();
        }
    }

    protected internal override void OnInterim() => owner.Write($"interim {Number} {_response.Status}");

    protected internal override void OnHeadTooLarge()
    {
        Oracle.That(!_hasHead && !_isOver, "one head");
        _hasHead = true;
        _isOver = IsRemoteEnded;
        owner.Write($"too large {Number}");
        owner.Reset(this);
    }

    protected internal override void OnTrailers()
    {
        Oracle.That(_hasHead && !_isOver, "trailers come behind a head");
        _isOver = true;
        owner.Write($"trailers {Number} {_trailers.Count}");
    }

    protected internal override void OnEnd(Http2StreamEnd end, Http2ErrorCode code)
    {
        Oracle.That(!IsLive, "a stream that has ended is forgotten");
        _isOver = true;
        owner.Write($"ended {Number} {end} {code}");
    }

    private void Answer()
    {
        int what = Number / 2 % 4;
        if (what == 0)
        {
            return; // Later, which is never.
        }
        if (what == 1)
        {
            owner.Reset(this);
            return;
        }
        ResponseHead head = new();
        head.SetStatus(200);
        head.SetFraming(BodyFraming.Length, what == 2 ? 0 : BodyBytes);
        owner.SendBlock(
            this, Http2HeadWriter.MaxLength(head), (encoder, room) => Http2HeadWriter.WriteResponse(encoder, head, room),
            endStream: what == 2);
        if (what == 3)
        {
            owner.Send(this, BodyBytes);
        }
    }
}
