using Mosn.Protocols;
using Mosn.Protocols.Bolt;
using Mosn.Protocols.Http1;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Filters;

/// <summary>
/// What a request of HTTP says beside its fields, as fields of a call, and the other way round. Two proxies that translate
/// there and back lose nothing: method, path and query travel under MOSN's names.
/// </summary>
internal static class TranscodedFields
{
    /// <summary>Bytes of a path, as HTTP/1 bounds a target.</summary>
    private const int PathLengthMax = 8 * 1024;

    /// <summary>Prepares the fields of a request to be those of a call.</summary>
    public static void MakeCall(RequestHead request)
    {
        HeaderBlock fields = request.Headers;
        RemoveFraming(fields);
        fields.Set(MosnFields.Method, request.Method);
        fields.Set(MosnFields.Path, request.Path);
        fields.Remove(MosnFields.Query);
        if (request.HasQuery)
        {
            fields.Set(MosnFields.Query, request.Query);
        }
        TraceFields.ToCall(fields);
        SofaFields.Spell(fields);
        if (!SofaFields.TryGetNames(fields, out _, out _))
        {
            NameCalled(fields, request.Path);
        }
    }

    /// <summary>Makes a head that came in a frame one of HTTP. False: what the call says is no method, path, query or host.</summary>
    public static bool TryMakeRequest(RequestHead request, TranscodingSettings settings)
    {
        HeaderBlock fields = request.Headers;
        Http1Hops.Strip(fields);
        RemoveFraming(fields);
        if (!TrySetMethod(request, settings) || !TrySetTarget(request, settings) || !TrySetHost(request))
        {
            return false;
        }
        fields.Remove(MosnFields.Method);
        fields.Remove(MosnFields.Path);
        fields.Remove(MosnFields.Query);
        TraceFields.ToHttp(fields);
        if (request.HasBody)
        {
            NameContent(fields);
        }
        return true;
    }

    /// <summary>Has the answer say what its own status cannot: which of the successes or failures it is.</summary>
    public static void KeepStatus(ResponseHead response)
    {
        HeaderBlock fields = response.Headers;
        int status = response.Status;
        if (status == 200)
        {
            fields.Remove(MosnFields.Status);
            return;
        }
        fields.Set(
            MosnFields.Status, [(byte)('0' + (status / 100)), (byte)('0' + (status / 10 % 10)), (byte)('0' + (status % 10))]);
    }

    /// <summary>Gives the response the status that its answer had kept, unless that cannot have a body and there is one.</summary>
    public static void RestoreStatus(ResponseHead response)
    {
        HeaderBlock fields = response.Headers;
        if (!fields.TryGet(MosnFields.Status, out ReadOnlySpan<byte> text))
        {
            return;
        }
        int status = MosnFields.StatusOf(text, response.Status);
        fields.Remove(MosnFields.Status);
        bool isBodiless = status is 204 or 304;
        if (!isBodiless || !response.HasBody)
        {
            response.SetStatus(status);
        }
        if (isBodiless && !response.HasBody)
        {
            response.SetFraming(BodyFraming.None);
        }
    }

    /// <summary>Removes what says where a message of HTTP ends: nobody but the head itself may say so.</summary>
    public static void RemoveFraming(HeaderBlock fields)
    {
        fields.Remove(KnownHeader.ContentLength);
        fields.Remove(KnownHeader.TransferEncoding);
        fields.Remove(KnownHeader.Trailer);
        fields.Remove(KnownHeader.Te);
        fields.Remove(KnownHeader.Expect);
    }

    /// <summary>Content of which nothing is known must not be taken for a page.</summary>
    public static void NameContent(HeaderBlock fields)
    {
        if (!fields.Contains(KnownHeader.ContentType))
        {
            fields.Add(KnownHeader.ContentType, "application/octet-stream"u8);
        }
    }

    /// <summary>A path of two parts names what is called, as with SOFARPC over HTTP.</summary>
    private static void NameCalled(HeaderBlock fields, ReadOnlySpan<byte> path)
    {
        if (path is not [(byte)'/', .. ReadOnlySpan<byte> rest])
        {
            return;
        }
        int slash = rest.IndexOf((byte)'/');
        if (slash > 0 && slash < rest.Length - 1 && !rest[(slash + 1)..].Contains((byte)'/'))
        {
            fields.Set(SofaFields.Service, rest[..slash]);
            fields.Set(SofaFields.Method, rest[(slash + 1)..]);
        }
    }

    private static bool TrySetMethod(RequestHead request, TranscodingSettings settings)
    {
        if (!request.Headers.TryGet(MosnFields.Method, out ReadOnlySpan<byte> method))
        {
            method = settings.Method;
        }
        if (!HttpSyntax.IsToken(method) || method.SequenceEqual("CONNECT"u8))
        {
            return false;
        }
        request.SetMethod(method);
        return true;
    }

    private static bool TrySetTarget(RequestHead request, TranscodingSettings settings)
    {
        HeaderBlock fields = request.Headers;
        if (settings.Path.Length > 0)
        {
            return request.TrySetPath(settings.Path);
        }
        if (!fields.TryGet(MosnFields.Path, out ReadOnlySpan<byte> path))
        {
            return TrySetPathOfCalled(request);
        }
        return path is [(byte)'/', ..] && path.Length <= PathLengthMax && request.TrySetPath(path)
            && (!fields.TryGet(MosnFields.Query, out ReadOnlySpan<byte> query)
                || (query.Length <= PathLengthMax && request.TrySetQuery(query)));
    }

    /// <summary>A slash, the service, another, the method, as with SOFARPC over HTTP.</summary>
    private static bool TrySetPathOfCalled(RequestHead request)
    {
        FrameHead frame = request.Frame!;
        if (!frame.Readers!.TryGetNames(frame, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method))
        {
            return true;
        }
        Span<byte> path = stackalloc byte[1024];
        int length = PutPart(path, 0, service);
        if (length > 0 && !method.IsEmpty)
        {
            length = PutPart(path, length, method);
        }
        return length > 0 && request.TrySetPath(path[..length]);
    }

    /// <returns>Bytes used; 0: it is too long, or would not be a part of a path but a way in it.</returns>
    private static int PutPart(Span<byte> path, int at, ReadOnlySpan<byte> part)
    {
        if (part.SequenceEqual("."u8) || part.SequenceEqual(".."u8) || path.Length - at < 1 + (3 * part.Length))
        {
            return 0;
        }
        path[at++] = (byte)'/';
        foreach (byte value in part)
        {
            if (char.IsAsciiLetterOrDigit((char)value) || "-._~:$,;()@=+!*&'"u8.Contains(value))
            {
                path[at++] = value;
                continue;
            }
            path[at++] = (byte)'%';
            path[at++] = HexDigit(value >> 4);
            path[at++] = HexDigit(value & 15);
        }
        return at;
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'A' + value - 10);

    /// <summary>The call's own host, if two proxies translate there and back; else, as in MOSN, what is called.</summary>
    private static bool TrySetHost(RequestHead request)
    {
        if (request.Headers.TryGet(KnownHeader.Host, out ReadOnlySpan<byte> host))
        {
            return request.TrySetAuthority(host);
        }
        FrameHead frame = request.Frame!;
        if (frame.Readers!.TryGetNames(frame, out ReadOnlySpan<byte> service, out _))
        {
            int colon = service.IndexOf((byte)':');
            if (request.TrySetAuthority(colon < 0 ? service : service[..colon]))
            {
                return true;
            }
        }
        return request.TrySetAuthority("localhost"u8);
    }
}
