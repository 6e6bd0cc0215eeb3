using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Bolt;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Streams;

namespace Mosn.Tests.Streams;

public sealed class TraceFieldsTests
{
    private static readonly FrameHead s_frame = new() { Readers = FrameCodecs.ReadersOf<BoltCodec>() };

    [Theory]
    [InlineData(false, "SOFA-TraceId", "SOFA-RpcId")]
    [InlineData(true, "rpc_trace_context.sofaTraceId", "rpc_trace_context.sofaRpcId")]
    public void What_is_written_is_under_the_names_of_the_protocol_and_can_be_read(bool isCall, string trace, string span)
    {
        RequestHead request = Request(isCall);
        Assert.False(TraceFields.TryRead(request, out _, out _));
        Assert.True(TraceFields.TryWrite(request, "0ad1"u8, "0.1"u8));
        Assert.Equal(("0ad1", "0.1"), (Field(request, trace), Field(request, span)));
        Assert.True(TraceFields.TryRead(request, out ReadOnlySpan<byte> traceId, out ReadOnlySpan<byte> spanId));
        Assert.True(traceId.SequenceEqual("0ad1"u8) && spanId.SequenceEqual("0.1"u8));
    }

    [Theory]
    [InlineData("a\r\nb", "0")]
    [InlineData("a", "0\n")]
    public void What_could_be_no_field_is_not_written(string trace, string span)
    {
        RequestHead request = Request(isCall: false);
        Assert.False(TraceFields.TryWrite(request, Encoding.ASCII.GetBytes(trace), Encoding.ASCII.GetBytes(span)));
        Assert.Equal(0, request.Headers.Count);
    }

    [Fact]
    public void A_trace_without_a_place_in_it_is_one()
    {
        RequestHead request = Request(isCall: false);
        request.Headers.Add("sofa-traceid"u8, "t"u8);
        Assert.True(TraceFields.TryRead(request, out _, out ReadOnlySpan<byte> spanId));
        Assert.True(spanId.IsEmpty);
    }

    private static RequestHead Request(bool isCall)
    {
        RequestHead request = new();
        request.ReplaceFrame(isCall ? s_frame : null);
        return request;
    }

    private static string? Field(RequestHead request, string name) =>
        request.Headers.TryGet(Encoding.ASCII.GetBytes(name), out ReadOnlySpan<byte> value) ? Encoding.ASCII.GetString(value) : null;
}
