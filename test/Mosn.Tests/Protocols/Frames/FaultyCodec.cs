using Mosn.Protocols;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Frames;
using Mosn.Protocols.XExample;
using Mosn.Testing;

namespace Mosn.Tests.Protocols.Frames;

/// <summary>What the author of a codec may get wrong.</summary>
internal enum Fault
{
    None,
    ForgetsTheId,
    WantsMoreOfAWholeFrame,
    KnowsTheLengthTooLate,
    ReadsBeyondTheInput,
    WritesBeyondTheRoom,
    TakesWhatIsHttp,
    DecidesOnNothing,
    AnswersAnotherCall,
    SaysThatErrorsAreFine,
    Allocates,
    LosesTheContent,
}

/// <summary>Says which fault a codec has.</summary>
internal interface IFault
{
    static abstract Fault Kind { get; }
}

/// <summary><c>x_example</c> with a fault.</summary>
internal readonly struct FaultyCodec<TFault> : IFrameCodec<FaultyCodec<TFault>>
    where TFault : IFault
{
    public static string Name => "faulty";

    public static int OwnFrameLengthMax => TFault.Kind == Fault.WritesBeyondTheRoom ? 12 : 13;

    public static ProtocolMatch Match(ReadOnlySpan<byte> start) => TFault.Kind switch
    {
        Fault.DecidesOnNothing when start.IsEmpty => ProtocolMatch.No,
        Fault.TakesWhatIsHttp when start.StartsWith("GET"u8) => ProtocolMatch.Yes,
        _ => XExampleCodec.Match(start),
    };

    public static DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head)
    {
        if (TFault.Kind == Fault.ReadsBeyondTheInput && input.Length > 2)
        {
            head.Form = input[3];
        }
        DecodeStatus status = XExampleCodec.Scan(input, head);
        if (TFault.Kind == Fault.WantsMoreOfAWholeFrame && input.Length == head.Length)
        {
            return DecodeStatus.NeedMore;
        }
        if (TFault.Kind == Fault.KnowsTheLengthTooLate && input.Length < head.Length)
        {
            head.Length = 0;
            return DecodeStatus.NeedMore;
        }
        return status;
    }

    public static void SetId(Span<byte> head, ulong id)
    {
        if (TFault.Kind != Fault.ForgetsTheId)
        {
            XExampleCodec.SetId(head, id);
        }
    }

    public static void SetContentLength(Span<byte> head, int contentLength)
    {
        if (TFault.Kind != Fault.LosesTheContent)
        {
            XExampleCodec.SetContentLength(head, contentLength);
        }
    }

    public static int WriteReply(FrameHead request, int status, Span<byte> room)
    {
        int length = XExampleCodec.WriteReply(request, status, room);
        room[6] ^= (byte)(TFault.Kind == Fault.AnswersAnotherCall ? 1 : 0);
        return length;
    }

    public static int HttpStatusOf(FrameHead response)
    {
        int kept = TFault.Kind == Fault.Allocates ? $"{response.Id + 1000}".Length * 0 : 0;
        return TFault.Kind == Fault.SaysThatErrorsAreFine ? 200 : XExampleCodec.HttpStatusOf(response) + kept;
    }
}

/// <summary>The tests that every codec inherits, for one that has a fault.</summary>
internal sealed class FaultyConformance<TFault> : FrameCodecConformance<FaultyCodec<TFault>>
    where TFault : IFault
{
    protected override IReadOnlyList<FrameSample> Samples { get; } =
    [
        new("request", [0x78, 1, 0, 0, 0, 0, 9, 0, 0, 0, 2, 1, 2], FrameKind.Request, 9),
        new("response", [0x78, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 1, 7], FrameKind.Response, 9),
    ];
}
