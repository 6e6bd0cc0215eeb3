using System.Buffers.Binary;
using System.Text;
using Mosn.Testing;

namespace Mosn.Simulation;

/// <summary>What a host does with a call of Bolt.</summary>
internal enum RpcFault
{
    None,
    ResetsAtOnce,
    ClosesAtOnce,
    ResetsInAnswer,
    ClosesInAnswer,
    SendsGarbage,
    NeverAnswers,

    /// <summary>It says that it takes nothing more, and answers.</summary>
    SaysGoAway,
}

/// <summary>Everything about one call that both ends know in advance, so that each can check the other.</summary>
internal sealed class RpcPlan
{
    private readonly byte[] _answerContent;

    public RpcPlan(int id, Random random, bool hasLarge, bool faulty)
    {
        Id = id;
        IsOneWay = random.Next(8) == 0;
        Fault = faulty && random.Next(4) == 0 ? (RpcFault)random.Next(1, 8) : RpcFault.None;
        AnswerDelayMs = random.Next(4) == 0 ? random.Next(300) : 0;
        PausesHost = random.Next(6) == 0;
        Call = BoltFrames.Request(
            (uint)id,
            Encoding.Latin1.GetString(Content(id, random, hasLarge)),
            timeoutMs: Fault == RpcFault.NeverAnswers ? 30_000 : -1,
            type: (byte)(IsOneWay ? 2 : 1));
        _answerContent = Content(id, random, hasLarge);
    }

    public int Id { get; }

    public bool IsOneWay { get; }

    public RpcFault Fault { get; }

    public int AnswerDelayMs { get; }

    /// <summary>The host reads nothing for a while once it has seen the call.</summary>
    public bool PausesHost { get; }

    public byte[] Call { get; }

    /// <summary>How often the call arrived whole.</summary>
    public int ArrivedCount { get; set; }

    public RequestOutcome Outcome { get; set; }

    /// <summary>The client's connection that it was sent on.</summary>
    public int Connection { get; set; }

    public static int IdOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt32BigEndian(BoltFrames.ContentOf(frame));

    public byte[] Answer(uint id) => BoltFrames.Response(id, Encoding.Latin1.GetString(_answerContent));

    public bool IsAnsweredBy(ReadOnlySpan<byte> frame) => BoltFrames.ContentOf(frame).SequenceEqual(_answerContent);

    public override string ToString() =>
        $"call {Id} ({Call.Length}, {_answerContent.Length}, {(IsOneWay ? "one-way, " : "")}{Fault}, {Outcome}, arrived {ArrivedCount})";

    private static byte[] Content(int id, Random random, bool hasLarge)
    {
        byte[] content = new byte[4 + (hasLarge && random.Next(3) == 0 ? random.Next(66_000, 120_000) : random.Next(600))];
        random.NextBytes(content);
        BinaryPrimitives.WriteInt32BigEndian(content, id);
        return content;
    }
}
