using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Forwarding;

/// <summary>
/// What the proxy itself says to a gRPC call: always 200, and what went wrong as <c>grpc-status</c> and
/// <c>grpc-message</c>, which is all that clients of gRPC look at.
/// </summary>
internal static class GrpcReplies
{
    /// <summary>Turns an answer of ours into a response of trailers only.</summary>
    /// <param name="head">May hold headers; a <c>grpc-status</c> among them stands.</param>
    /// <param name="status">The HTTP status that another request would get.</param>
    /// <param name="text">What another request would get as body; empty: a few words of our own.</param>
    public static void Fill(StreamContext stream, ResponseHead head, int status, StreamError? error, ReadOnlySpan<byte> text)
    {
        HeaderBlock headers = head.Headers;
        GrpcStatus meant = error is { } cause ? StatusOf(cause)
            : status == 413 ? GrpcStatus.ResourceExhausted // A limit on messages, whoever has it.
            : GrpcStatuses.OfHttp(status);
        if (text.IsEmpty)
        {
            text = error is { } known ? TextOf(known) : HttpReasons.Of(status);
        }
        if (!headers.TryGet(KnownHeader.ContentType, out ReadOnlySpan<byte> type) || !type.StartsWith("application/grpc"u8))
        {
            headers.Set(KnownHeader.ContentType, "application/grpc"u8); // A filter may know a form of it that suits better.
        }
        headers.Remove(KnownHeader.ContentLength);
        stream.GrpcStatus = Fill(headers, meant, text);
        head.SetStatus(200);
        head.SetFraming(BodyFraming.Length, 0);
    }

    /// <summary>
    /// The trailers of a response that has begun and cannot become whole. Null: it is no call, or there is nobody who would
    /// get them, or no place for them behind a body whose length was announced.
    /// </summary>
    public static HeaderBlock? TrailersFor(StreamContext stream, StreamError error)
    {
        bool hasPlace = stream is { IsGrpc: true, Response.Framing: BodyFraming.Chunked };
        if (!hasPlace || error.Source == ErrorSource.Downstream || stream.Downstream.Error is not null)
        {
            return null;
        }
        HeaderBlock trailers = stream.Downstream.LocalResponse.Headers;
        trailers.Clear();
        stream.GrpcStatus = Fill(trailers, StatusOf(error), TextOf(error));
        return trailers;
    }

    /// <summary>
    /// Trailers only, and no length of a body that is none: clients of gRPC show every field as metadata. HTTP/1 cannot do
    /// without.
    /// </summary>
    public static void LeaveOutLength(StreamContext stream, ResponseHead head)
    {
        if (stream.IsGrpc && !head.HasBody && stream.Downstream.Protocol == StreamProtocol.Http2)
        {
            head.SetFraming(BodyFraming.None);
        }
    }

    /// <summary>The status that the head of a host's response tells; null: it is still to come, in the trailers.</summary>
    public static int? StatusOf(ResponseHead head) =>
        head is { HasBody: true, Status: 200 } ? null
        : GrpcHeaders.StatusOf(head.Headers)
            ?? (int)(head.Status == 200 ? GrpcStatus.Unknown : GrpcStatuses.OfHttp(head.Status));

    /// <summary>
    /// The status of a response that is whole: the trailers', or what its head said too early; UNKNOWN, as clients understand
    /// it, if neither tells one.
    /// </summary>
    public static int StatusOf(ResponseHead head, HeaderBlock? trailers) =>
        (trailers is null ? null : GrpcHeaders.StatusOf(trailers))
        ?? GrpcHeaders.StatusOf(head.Headers)
        ?? (int)GrpcStatus.Unknown;

    /// <summary>
    /// What a failure of ours or of the upstream is to a gRPC client. Where <see cref="GrpcStatuses.OfHttp"/> has its own
    /// opinion, it is for those who know the HTTP status alone: a call that ran out of time may have been carried out, and
    /// UNAVAILABLE would invite the client to send it again.
    /// </summary>
    public static GrpcStatus StatusOf(StreamError error) => error switch
    {
        { Source: ErrorSource.Downstream, Kind: StreamErrorKind.Reset } => GrpcStatus.Cancelled,
        { Kind: StreamErrorKind.TimedOut or StreamErrorKind.TryTimedOut } => GrpcStatus.DeadlineExceeded,
        { Kind: StreamErrorKind.TooLarge or StreamErrorKind.HeadTooLarge } => GrpcStatus.ResourceExhausted,
        { Kind: StreamErrorKind.Terminated } => GrpcStatus.Internal,
        { ResetCode: { } code } => GrpcStatuses.OfReset(code),
        { Source: ErrorSource.Upstream, Kind: StreamErrorKind.Malformed } => GrpcStatus.Internal, // As if we had been the client.
        _ => GrpcStatuses.OfHttp(error.Status),
    };

    private static int Fill(HeaderBlock fields, GrpcStatus meant, ReadOnlySpan<byte> text)
    {
        int status = GrpcHeaders.StatusOf(fields) ?? (int)meant;
        if (status == (int)meant)
        {
            fields.Set(KnownHeader.GrpcStatus, GrpcStatuses.TextOf(meant));
        }
        if (!fields.Contains(KnownHeader.GrpcMessage))
        {
            Span<byte> message = stackalloc byte[GrpcMessageText.LengthMax];
            fields.Set(KnownHeader.GrpcMessage, message[..GrpcMessageText.Write(text, message)]);
        }
        return status;
    }

    private static ReadOnlySpan<byte> TextOf(StreamError error) => error.Kind switch
    {
        StreamErrorKind.NoRoute => "no route"u8,
        StreamErrorKind.NoHealthyHost => "no healthy upstream"u8,
        StreamErrorKind.Overflow => "upstream overflow"u8,
        StreamErrorKind.ConnectFailed => "upstream connect failed"u8,
        StreamErrorKind.ConnectTimedOut => "upstream connect timed out"u8,
        StreamErrorKind.TimedOut when error.Source == ErrorSource.Downstream => "request body timed out"u8,
        StreamErrorKind.TimedOut or StreamErrorKind.TryTimedOut => "upstream timed out"u8,
        StreamErrorKind.Reset => "upstream reset"u8,
        StreamErrorKind.Truncated => "upstream ended early"u8,
        StreamErrorKind.Malformed when error.Source == ErrorSource.Downstream => "malformed request body"u8,
        StreamErrorKind.Malformed => "malformed upstream response"u8,
        StreamErrorKind.NoTranscoder => "no transcoder"u8,
        StreamErrorKind.TooLarge => "request too large"u8,
        StreamErrorKind.HeadTooLarge => "metadata too large"u8,
        _ => "terminated"u8,
    };
}
