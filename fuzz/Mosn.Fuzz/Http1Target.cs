using Mosn.Protocols;
using Mosn.Protocols.Http1;

namespace Mosn.Fuzz;

/// <summary>HTTP/1: heads of requests and responses, bodies in every framing, trailers.</summary>
internal sealed class Http1Target : IFuzzTarget
{
    /// <summary>Small enough that an input of a few hundred bytes meets each bound.</summary>
    private static readonly Http1Limits s_small = new(
        HeadBytesMax: 300, HeaderCountMax: 6, TargetBytesMax: 60, ChunkLineBytesMax: 6, TrailerBytesMax: 80, TrailerCountMax: 3);

    /// <summary>For what we wrote ourselves: a head grows by a Host, a framing field and the like.</summary>
    private static readonly Http1Limits s_wide = Http1Limits.Default with
    {
        HeadBytesMax = 256 * 1024, HeaderCountMax = 128, TargetBytesMax = 16 * 1024,
    };

    private readonly byte[] _written = new byte[512 * 1024];
    private readonly byte[] _again = new byte[512 * 1024];

    public string Name => "http1";

    public void Run(FuzzInput input)
    {
        int part = input.Choose(3);
        Http1Limits limits = input.Choose(4) == 0 ? s_small : Http1Limits.Default;
        switch (part)
        {
            case 0:
                ReadRequest(input, limits);
                break;
            case 1:
                ReadResponse(input, limits);
                break;
            default:
                Http1BodyOracle.Read(input, limits);
                break;
        }
    }

    private void ReadRequest(FuzzInput input, in Http1Limits limits)
    {
        ReadOnlySpan<byte> bytes = input.Rest;
        RequestHead whole = new();
        RequestHead grown = new();
        Http1ParseResult result = Http1RequestParser.Parse(bytes, 0, limits, whole);
        AssertSound(result, bytes.Length);

        Splits splits = input.Splits();
        Http1ParseResult last = Http1ParseResult.NeedMore;
        int scanned = 0;
        for (int end = 0; last.Status == DecodeStatus.NeedMore && end < bytes.Length;)
        {
            end = splits.Next(end, bytes.Length);
            last = Http1RequestParser.Parse(bytes[..end], scanned, limits, grown);
            AssertSound(last, end);
            scanned = end;
        }
        AssertAgree(result, last);
        if (result.Status == DecodeStatus.Complete)
        {
            AssertSame(whole, grown, "a request in pieces");
            Http1Hops.Strip(whole.Headers);
            AssertWrittenReadsTheSame(whole);
            if (!whole.Authority.IsEmpty)
            {
                RequestOracle.AssertReadsAsHttp2(whole, _written);
            }
        }
    }

    private void AssertWrittenReadsTheSame(RequestHead head)
    {
        int length = Write(head, _written);
        RequestHead again = new();
        Http1ParseResult result = Http1RequestParser.Parse(_written.AsSpan(0, length), 0, s_wide, again);
        Oracle.Same(Http1ParseResult.Complete(length), result, "a request that we wrote");
        Http1Hops.Strip(again.Headers);
        RequestOracle.AssertSame(head, again, "a request that we wrote");
        Oracle.Same(_written.AsSpan(0, length), _again.AsSpan(0, Write(again, _again)), "a request written again");
    }

    private static int Write(RequestHead head, byte[] room)
    {
        int length = Http1HeadWriter.Write(head, default(Http1WriteOptions) with { Version = HttpVersion.Http11 }, room);
        Oracle.That(length <= Http1HeadWriter.MaxLength(head), "room for a request");
        return length;
    }

    private void ReadResponse(FuzzInput input, in Http1Limits limits)
    {
        RequestMethodHint method = (RequestMethodHint)input.Choose(3);
        ReadOnlySpan<byte> bytes = input.Rest;
        ResponseHead whole = new();
        ResponseHead grown = new();
        Http1ParseResult result = Http1ResponseParser.Parse(bytes, 0, limits, method, whole);
        AssertSound(result, bytes.Length);

        Splits splits = input.Splits();
        Http1ParseResult last = Http1ParseResult.NeedMore;
        int scanned = 0;
        for (int end = 0; last.Status == DecodeStatus.NeedMore && end < bytes.Length;)
        {
            end = splits.Next(end, bytes.Length);
            last = Http1ResponseParser.Parse(bytes[..end], scanned, limits, method, grown);
            AssertSound(last, end);
            scanned = end;
        }
        AssertAgree(result, last);
        if (result.Status == DecodeStatus.Complete)
        {
            AssertSame(whole, grown, "a response in pieces");
            Http1Hops.Strip(whole.Headers);
            AssertWrittenReadsTheSame(whole, method);
        }
    }

    private void AssertWrittenReadsTheSame(ResponseHead head, RequestMethodHint method)
    {
        int length = Write(head, _written);
        ResponseHead again = new();
        Http1ParseResult result = Http1ResponseParser.Parse(_written.AsSpan(0, length), 0, s_wide, method, again);
        Oracle.Same(Http1ParseResult.Complete(length), result, "a response that we wrote");
        Http1Hops.Strip(again.Headers);
        Oracle.Same(head.Status, again.Status, "status");
        Oracle.Same(head.Reason, again.Reason, "reason");
        Oracle.Same(head.HasBody, again.HasBody, "has a body");
        Oracle.That(!head.HasBody || head.Framing == again.Framing, "framing");
        Oracle.That(!head.HasBody || head.ContentLength == again.ContentLength, "length");
        Oracle.Same(_written.AsSpan(0, length), _again.AsSpan(0, Write(again, _again)), "a response written again");
    }

    private static int Write(ResponseHead head, byte[] room)
    {
        int length = Http1HeadWriter.Write(head, default(Http1WriteOptions) with { Version = HttpVersion.Http11 }, room);
        Oracle.That(length <= Http1HeadWriter.MaxLength(head), "room for a response");
        return length;
    }

    private static void AssertSound(Http1ParseResult result, int inputLength)
    {
        Oracle.Same(result.Status == DecodeStatus.Malformed, result.Error != Http1Error.None, "an error has a reason");
        Oracle.That(result.Length >= 0 && result.Length <= inputLength, "no more is consumed than is there");
        Oracle.Same(result.Status == DecodeStatus.Complete, result.Length > 0, "a length means a whole head");
    }

    /// <summary>In pieces, an error may come later, when the head is whole; never does a wrong head pass, or a right one not.</summary>
    private static void AssertAgree(Http1ParseResult whole, Http1ParseResult pieces)
    {
        bool isComplete = whole.Status == DecodeStatus.Complete;
        Oracle.Same(isComplete, pieces.Status == DecodeStatus.Complete, "a head in pieces is accepted");
        Oracle.That(!isComplete || whole == pieces, "a head in pieces");
    }

    private static void AssertSame(RequestHead one, RequestHead other, string what)
    {
        Oracle.Same(one.Method, other.Method, what);
        Oracle.Same(one.Target, other.Target, what);
        Oracle.Same(one.Scheme, other.Scheme, what);
        Oracle.Same(one.Path, other.Path, what);
        Oracle.Same(one.Query, other.Query, what);
        Oracle.Same(one.Version, other.Version, what);
        Oracle.Same(
            (one.Framing, one.ContentLength, one.KeepAlive, one.ExpectContinue, one.HasUpgrade),
            (other.Framing, other.ContentLength, other.KeepAlive, other.ExpectContinue, other.HasUpgrade),
            what);
        HeaderOracle.AssertSame(one.Headers, other.Headers, what);
    }

    private static void AssertSame(ResponseHead one, ResponseHead other, string what)
    {
        Oracle.Same(one.Reason, other.Reason, what);
        Oracle.Same(
            (one.Status, one.Version, one.Framing, one.ContentLength, one.KeepAlive),
            (other.Status, other.Version, other.Framing, other.ContentLength, other.KeepAlive),
            what);
        HeaderOracle.AssertSame(one.Headers, other.Headers, what);
    }
}
