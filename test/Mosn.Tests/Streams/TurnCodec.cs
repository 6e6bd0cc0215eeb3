using Mosn.Protocols;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Frames;

namespace Mosn.Tests.Streams;

/// <summary>The least that a protocol can be: a letter, a byte of length, content. No ids: calls take turns.</summary>
public readonly struct TurnCodec : IFrameCodec<TurnCodec>
{
    private const int HeadSize = 2;
    private const byte Question = (byte)'Q';
    private const byte Answer = (byte)'A';
    private const byte Error = (byte)'E';

    public static string Name => "turn";

    public static FramePoolMode PoolMode => FramePoolMode.PingPong;

    public static ProtocolMatch Match(ReadOnlySpan<byte> start) => Magic.Match(start, [Question]);

    public static DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head)
    {
        if (input.Length > 0 && input[0] is not (Question or Answer or Error))
        {
            return DecodeStatus.Malformed;
        }
        if (input.Length < HeadSize)
        {
            return DecodeStatus.NeedMore;
        }
        head.TrySetLengths(HeadSize, input[1]);
        head.Kind = input[0] == Question ? FrameKind.Request : FrameKind.Response;
        head.Status = input[0] == Error ? 1 : 0;
        return DecodeStatus.Complete;
    }

    public static void SetContentLength(Span<byte> head, int contentLength) => head[1] = (byte)contentLength;

    public static int WriteReply(FrameHead request, int status, Span<byte> room)
    {
        "E\u0001!"u8.CopyTo(room);
        return HeadSize + 1;
    }

    public static int HttpStatusOf(FrameHead response) => response.Status == 0 ? 200 : 500;
}
