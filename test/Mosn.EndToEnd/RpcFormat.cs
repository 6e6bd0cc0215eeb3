using System.Buffers.Binary;
using System.Text;
using Mosn.Testing;

namespace Mosn.EndToEnd;

/// <summary>
/// As much of an RPC protocol as it takes to play a peer that does not keep to it: frames of real peers, and where ids,
/// lengths and statuses lie in them. Knows nothing of the product's codecs.
/// </summary>
internal sealed record RpcFormat(string Protocol, byte[] Call, byte[] Answer)
{
    private const string Tars = "tars";

    private static readonly RpcFormat[] s_all =
    [
        new("bolt", RealFrames.BoltRequest, RealFrames.BoltResponse)
        {
            IdAt = 5, IdSize = 4, CallLengthAt = [18], AnswerLengthAt = [16], TooLargeStatus = 3, LostStatus = 6, LateStatus = 7,
        },
        new("boltv2", WithoutChecksum(RealFrames.BoltV2Request), WithoutChecksum(RealFrames.BoltV2Response))
        {
            IdAt = 6, IdSize = 4, CallLengthAt = [20], AnswerLengthAt = [18], TooLargeStatus = 3, LostStatus = 6, LateStatus = 7,
        },
        new("dubbo", RealFrames.DubboRequest, RealFrames.DubboResponse)
        {
            IdAt = 4, IdSize = 8, CallLengthAt = [12], AnswerLengthAt = [12], TooLargeStatus = 70, LostStatus = 60, LateStatus = 30,
        },
        new("dubbo-thrift", RealFrames.DubboThriftRequest, RealFrames.DubboThriftResponse)
        {
            IdAt = 20, IdSize = 8, CallLengthAt = [0, 6], AnswerLengthAt = [0, 6], TooLargeStatus = 7, LostStatus = 0, LateStatus = 6,
        },
        new(Tars, RealFrames.TarsRequest, RealFrames.TarsResponse)
        {
            IdAt = 9, IdSize = 1, CallLengthAt = [0], AnswerLengthAt = [0], TooLargeStatus = -1, LostStatus = -8, LateStatus = -7,
        },
        new("x_example", [0x78, 1, 0, 0, 0, 0, 9, 0, 0, 0, 2, 1, 2], [0x78, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 1, 7])
        {
            IdAt = 3, IdSize = 4, CallLengthAt = [7], AnswerLengthAt = [9], TooLargeStatus = 1, LostStatus = 1, LateStatus = 1,
        },
    ];

    public static IEnumerable<string> Names => s_all.Select(static format => format.Protocol);

    /// <summary>Where the id lies, in calls and, but for TARS, in answers.</summary>
    public required int IdAt { get; init; }

    /// <summary>Bytes of it. In TARS it takes as many as it needs; here, from 1 to 127, one.</summary>
    public required int IdSize { get; init; }

    /// <summary>Where a call says how long it is: four bytes, once or twice.</summary>
    public required int[] CallLengthAt { get; init; }

    /// <summary>The same of an answer.</summary>
    public required int[] AnswerLengthAt { get; init; }

    /// <summary>What one is told whose call is too large.</summary>
    public required int TooLargeStatus { get; init; }

    /// <summary>What one is told whose host went away.</summary>
    public required int LostStatus { get; init; }

    /// <summary>What one is told whose host did not answer in time.</summary>
    public required int LateStatus { get; init; }

    public static RpcFormat Named(string protocol) => s_all.Single(format => format.Protocol == protocol);

    /// <param name="id">From 1 to 127.</param>
    public byte[] CallWith(byte id)
    {
        byte[] call = [.. Call];
        call.AsSpan(IdAt, IdSize).Clear();
        call[IdAt + IdSize - 1] = id;
        return call;
    }

    public byte[] AnswerTo(ReadOnlySpan<byte> call)
    {
        if (Protocol == Tars)
        {
            // Field 4 of a call, in any width, is field 3 of the answer.
            int size = (call[8] & 0xF) switch { 0 => 1, 1 => 2, 2 => 4, _ => 0 };
            byte[] tars = [.. Answer.AsSpan(0, 7), (byte)(call[8] - 0x10), .. call.Slice(9, size), .. Answer.AsSpan(9)];
            BinaryPrimitives.WriteInt32BigEndian(tars, tars.Length);
            return tars;
        }
        byte[] answer = [.. Answer];
        call.Slice(IdAt, IdSize).CopyTo(answer.AsSpan(IdAt));
        return answer;
    }

    /// <summary>A call that says that it is so long, or that what follows its head is.</summary>
    public byte[] CallOfLength(int length) => WithLength(Call, CallLengthAt, length);

    /// <summary>The same of an answer.</summary>
    public byte[] AnswerOfLength(int length) => WithLength(Answer, AnswerLengthAt, length);

    /// <summary>The status in an answer that the proxy made.</summary>
    public int StatusOf(ReadOnlySpan<byte> answer) => Protocol switch
    {
        "bolt" => BinaryPrimitives.ReadUInt16BigEndian(answer[10..]),
        "boltv2" => BinaryPrimitives.ReadUInt16BigEndian(answer[12..]),
        "dubbo" => answer[3],
        "dubbo-thrift" => BinaryPrimitives.ReadInt32BigEndian(answer[^5..]),
        Tars => (sbyte)answer[11],
        _ => BinaryPrimitives.ReadUInt16BigEndian(answer[7..]),
    };

    /// <summary>Calls and waits for the answer, which must be the host's.</summary>
    public async Task CallAsync(RawConnection client, byte id)
    {
        byte[] call = CallWith(id);
        await client.SendAsync(call);
        byte[] answer = AnswerTo(call);
        List<byte> seen = [];
        while (seen.Count < answer.Length && answer.AsSpan().StartsWith([.. seen]))
        {
            ReadOnlyMemory<byte> some = await client.ReadSomeAsync();
            Assert.False(some.IsEmpty, "the connection has ended");
            seen.AddRange(some.Span);
        }
        Assert.Equal(answer, seen);
    }

    /// <summary>Reads a call at a host.</summary>
    public async Task<byte[]> ReadCallAsync(RawConnection connection)
    {
        if (Protocol != Tars)
        {
            return BytesOf(await connection.ReadAsync(Call.Length));
        }
        byte[] length = BytesOf(await connection.ReadAsync(4));
        return [.. length, .. BytesOf(await connection.ReadAsync(BinaryPrimitives.ReadInt32BigEndian(length) - 4))];
    }

    /// <summary>A host that answers every call.</summary>
    public ScriptedServer NewHost() => new(async (connection, _) =>
    {
        while (true)
        {
            await connection.SendAsync(AnswerTo(await ReadCallAsync(connection)));
        }
    });

    public static byte[] BytesOf(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] WithLength(byte[] frame, int[] at, int length)
    {
        byte[] patched = [.. frame];
        foreach (int position in at)
        {
            BinaryPrimitives.WriteInt32BigEndian(patched.AsSpan(position), length);
        }
        return patched;
    }

    private static byte[] WithoutChecksum(byte[] frame)
    {
        frame[1] = 1;
        frame[11] = 0;
        return frame[..^4];
    }
}
