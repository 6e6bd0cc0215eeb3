using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Filters;

/// <summary>
/// One stream between HTTP and an RPC protocol: the head of the frame that goes out on one of its two sides, and the bound on
/// the body that is collected for it. Fields are left in the head's block, so that routes and filters behind this can change
/// them, and become the frame's when it is written. Pooled; belongs to its loop.
/// </summary>
internal sealed class Transcoding(TranscoderFilter filter)
    : IMessageTranscoder, IResponseFilter, IBodyFilter, IStreamEndFilter, IFrameSource
{
    private static readonly StreamError s_malformed = new(ErrorSource.Downstream, StreamErrorKind.Malformed);
    private static readonly StreamError s_tooLarge = new(ErrorSource.Downstream, StreamErrorKind.TooLarge);

    private readonly FrameHead _head = new();
    private byte[] _room = [];
    private TranscodingSettings _settings = null!;
    private bool _isCall;
    private long _bodyBytes;

    public ReadOnlySpan<byte> FrameBytes => _room.AsSpan(0, _head.HeadLength);

    /// <summary>Begins with a request, which it keeps until the stream's end.</summary>
    /// <param name="to">The RPC protocol that the request goes on in; null: one of HTTP, and it came in a frame.</param>
    /// <returns>What is wrong with it; null: nothing, or it stays as it was.</returns>
    public StreamError? Begin(FilterContext context, FrameReaders? to, TranscodingSettings settings, long timeoutMs)
    {
        _settings = settings;
        _isCall = to is not null;
        _head.Readers = to ?? context.Stream.Request.Frame!.Readers;
        context.Transcoder = this;
        context.Filters.Add((IStreamEndFilter)this);
        StreamError? error = _isCall ? MakeCall(context, timeoutMs) : MakeRequest(context);
        if (error is not null)
        {
            filter.Count(context, FilterMetrics.TranscodingRefused);
        }
        return error;
    }

    /// <summary>The request is of the other protocol already.</summary>
    public StreamError? Transcode(FilterContext context, StreamProtocol to, long timeoutMs)
    {
        if (context.Stream.Request.Frame == _head && to.Frames == _head.Readers)
        {
            Check.That(TryWriteCall(timeoutMs));
        }
        return null;
    }

    public ValueTask<FilterVerdict> OnResponseAsync(FilterContext context)
    {
        StreamContext stream = context.Stream;
        ResponseHead response = stream.Response!;
        if (response == stream.Downstream.LocalResponse)
        {
            return new(FilterVerdict.Continue); // Each side has its own words for what we say ourselves.
        }
        bool isPossible = _isCall ? TryMakeResponse(response) : TryMakeAnswer(context, response);
        return new(isPossible ? FilterVerdict.Continue : RefuseResponse(context));
    }

    public FilterVerdict OnData(FilterContext context, BufferSlice piece, IBodySink next)
    {
        _bodyBytes += piece.Length;
        if (_bodyBytes <= _settings.BodyBytesMax)
        {
            next.SendBody(piece);
            return FilterVerdict.Continue;
        }
        filter.Count(context, FilterMetrics.TranscodingRefused);
        return _isCall
            ? RequestBodies.Refuse(context, s_tooLarge.Status, s_tooLarge.Flags)
            : FilterVerdict.Terminate;
    }

    public void OnEnd(FilterContext context)
    {
        _head.Clear();
        _settings = null!;
        _bodyBytes = 0;
        filter.Return(context, this);
    }

    private StreamError? MakeCall(FilterContext context, long timeoutMs)
    {
        RequestHead request = context.Stream.Request;
        if (request.ContentLength > _settings.BodyBytesMax)
        {
            return s_tooLarge;
        }
        if (!TryWriteCall(timeoutMs))
        {
            return null;
        }
        TranscodedFields.MakeCall(request);
        request.ReplaceFrame(_head);
        if (request.HasBody)
        {
            context.Filters.AddRequestBody(this);
        }
        Take(context);
        return null;
    }

    private StreamError? MakeRequest(FilterContext context)
    {
        RequestHead request = context.Stream.Request;
        if (!TryWriteAnswer(context.Stream.ReceivedFrame!, status: 200))
        {
            return null; // There would be no answer.
        }
        if (request.LacksFields || !TranscodedFields.TryMakeRequest(request, _settings))
        {
            return s_malformed;
        }
        request.ReplaceFrame(null);
        if (!request.HasBody && request.KnownMethod is not (KnownMethod.Get or KnownMethod.Head))
        {
            request.SetFraming(BodyFraming.Length, 0); // Servers want to be told that there is none.
        }
        Take(context);
        return null;
    }

    private void Take(FilterContext context)
    {
        context.Filters.Add((IResponseFilter)this);
        filter.Count(context, FilterMetrics.Transcoded);
    }

    /// <summary>The answer of a host, for a client of HTTP.</summary>
    private bool TryMakeResponse(ResponseHead response)
    {
        if (response.LacksFields)
        {
            return false;
        }
        Http1Hops.StripResponse(response.Headers);
        TranscodedFields.RemoveFraming(response.Headers);
        if (response.HasBody)
        {
            TranscodedFields.NameContent(response.Headers);
        }
        else
        {
            response.SetFraming(BodyFraming.Length, 0);
        }
        TranscodedFields.RestoreStatus(response);
        if (_settings.IsOneWay)
        {
            response.SetStatus(202);
        }
        return true;
    }

    /// <summary>The response of a host, for a client that has called.</summary>
    private bool TryMakeAnswer(FilterContext context, ResponseHead response)
    {
        FrameHead call = context.Stream.ReceivedFrame!;
        if (call.Kind == FrameKind.OneWay)
        {
            return true; // It is dropped, body and all.
        }
        if ((response.HasBody && response.ContentLength > _settings.BodyBytesMax) || !TryWriteAnswer(call, response.Status))
        {
            return false;
        }
        TranscodedFields.RemoveFraming(response.Headers);
        TranscodedFields.KeepStatus(response);
        response.ReplaceFrame(_head);
        if (response.HasBody)
        {
            context.Filters.AddResponseBody(this);
        }
        return true;
    }

    private FilterVerdict RefuseResponse(FilterContext context)
    {
        filter.Count(context, FilterMetrics.TranscodingRefused);
        return context.Reply(502, flags: ResponseFlags.UpstreamRemoteReset);
    }

    private bool TryWriteCall(long timeoutMs)
    {
        FrameCall call = new()
        {
            IsOneWay = _settings.IsOneWay,
            TimeoutMs = timeoutMs,
            Serialization = _settings.Serialization,
            ContentClass = _settings.ContentClass,
        };
        EnsureRoom();
        bool isMade = _head.Readers!.TryMakeCall(call, _room, _head);
        _head.Source = this;
        return isMade;
    }

    private bool TryWriteAnswer(FrameHead call, int status)
    {
        EnsureRoom();
        bool isMade = _head.Readers!.TryMakeAnswer(call, status, _settings.ContentClass, _room, _head);
        _head.Source = this;
        return isMade;
    }

    private void EnsureRoom()
    {
        int length = _head.Readers!.MadeLengthMax(_settings.ContentClass.Length);
        if (_room.Length < length)
        {
            _room = new byte[length];
        }
    }
}
