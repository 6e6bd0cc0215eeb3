using System.Diagnostics.CodeAnalysis;
using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Frames;

namespace Mosn.Testing;

/// <summary>
/// What must hold of a codec whatever bytes it is given. Tests give it frames that are damaged, a fuzzer gives it anything.
/// </summary>
public static class FrameContract<TCodec>
    where TCodec : struct, IFrameCodec<TCodec>
{
    private const ulong OtherId = 77;
    private const int PrefixesMax = 10;

    /// <summary>Takes the bytes apart into frames as a connection does, and does with each what may be done with it.</summary>
    /// <exception cref="FrameContractException">Something does not hold.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, bool isFromHost)
    {
        TCodec.Match(bytes);
        while (!bytes.IsEmpty)
        {
            FrameHead head = FrameProbe<TCodec>.NewHead(isFromHost);
            DecodeStatus status = TCodec.Scan(bytes, head);
            CheckPrefixes(bytes, head, status);
            if (status != DecodeStatus.Complete || head.Length > bytes.Length)
            {
                That(
                    status != DecodeStatus.NeedMore || head.Length == 0 || head.Length > bytes.Length,
                    "Scan wants more of a frame that is whole");
                return;
            }
            byte[] frame = bytes[..head.Length].ToArray();
            bytes = bytes[head.Length..];
            if (!TCodec.Inspect(head, frame))
            {
                return;
            }
            head.Source = new HeldFrame(frame);
            Use(head);
        }
    }

    /// <summary>A field that is looked for alone is the same as among all.</summary>
    /// <param name="fields">All of them.</param>
    /// <exception cref="FrameContractException">One is not.</exception>
    internal static void CheckSearch(FrameHead head, HeaderBlock fields)
    {
        for (int i = 0; i < fields.Count; i++)
        {
            FieldSearch result = TCodec.FindField(head, fields.Name(i), out ReadOnlySpan<byte> value);
            fields.TryGet(fields.Name(i), out ReadOnlySpan<byte> expected);
            if (result != FieldSearch.Unknown && (result != FieldSearch.Found || !value.SequenceEqual(expected)))
            {
                throw new FrameContractException(
                    $"FindField of '{TextOf(fields.Name(i))}' is {result}, '{TextOf(value)}', and among all '{TextOf(expected)}'");
            }
        }
    }

    /// <summary>Shorter inputs must say the same, or that they are too short.</summary>
    private static void CheckPrefixes(ReadOnlySpan<byte> bytes, FrameHead whole, DecodeStatus status)
    {
        That(whole.Length >= 0, "a length is negative");
        That(status != DecodeStatus.Complete || whole.Length > 0, "a frame has no bytes");
        int step = Math.Max(1, Math.Min(bytes.Length, 64) / PrefixesMax);
        for (int length = Math.Min(bytes.Length, 64); length > 0; length -= step)
        {
            FrameHead head = FrameProbe<TCodec>.NewHead(whole.IsFromHost);
            DecodeStatus early = TCodec.Scan(bytes[..length], head);
            That(early == status || early == DecodeStatus.NeedMore, "more bytes have changed what Scan says");
            That(
                status == DecodeStatus.Malformed || head.Length == 0 || head.Length == whole.Length,
                "more bytes have changed a length");
            That(
                early != DecodeStatus.Complete
                    || (head.Kind, head.Id, head.HeadLength, head.TrailerLength, head.Status, head.TimeoutMs, head.IsBroken)
                    == (whole.Kind, whole.Id, whole.HeadLength, whole.TrailerLength, whole.Status, whole.TimeoutMs, whole.IsBroken),
                "more bytes have changed what Scan has found out");
        }
    }

    private static void Use(FrameHead head)
    {
        That(head.HeadLength >= 0 && head.TrailerLength >= 0 && head.ContentLength >= 0, "the parts are longer than the frame");
        TCodec.HttpStatusOf(head);
        if (head.Kind == FrameKind.Heartbeat)
        {
            CheckAnswer(head, FrameProbe<TCodec>.HeartbeatReply(head));
        }
        if (head.Kind is FrameKind.Request or FrameKind.OneWay)
        {
            CheckAnswer(head, FrameProbe<TCodec>.Reply(head, 404));
        }
        if (head.IsBroken)
        {
            return;
        }
        TCodec.TryGetNames(head, out _, out _);
        HeaderBlock fields = FrameProbe<TCodec>.FieldsOf(head);
        CheckSearch(head, fields);
        That(head.TailLength >= 0 && head.TailLength <= head.ContentLength, "the tail is longer than the content");
        if (head.Kind is not (FrameKind.Request or FrameKind.OneWay or FrameKind.Response))
        {
            return; // Only these go on.
        }
        PassOn(head, fields: null);
        fields.Set("service"u8, "com.example.Other"u8);
        fields.Add("x-new"u8, "value"u8);
        PassOn(head, fields);
    }

    /// <summary>What is answered here is a frame that a client understands.</summary>
    private static void CheckAnswer(FrameHead asked, byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            FrameHead answer = FrameProbe<TCodec>.Read(bytes, isFromHost: true);
            That(answer.Kind is FrameKind.Response or FrameKind.HeartbeatReply, $"an answer of ours is a {answer.Kind}");
            That(answer.Id == asked.Id, $"an answer of ours to {asked.Id} has the id {answer.Id}");
            That(!answer.IsBroken, "an answer of ours is broken");
        }
    }

    /// <summary>What goes on is a frame with that id, of the same kind.</summary>
    private static void PassOn(FrameHead head, HeaderBlock? fields)
    {
        byte[] sent = FrameProbe<TCodec>.PassOn(head, OtherId, fields);
        if (sent.Length == 0)
        {
            return; // It is too large for the protocol.
        }
        FrameHead again = FrameProbe<TCodec>.Read(sent, head.IsFromHost);
        That(again.Kind == head.Kind, $"a {head.Kind} has gone on as a {again.Kind}");
        That(
            again.Id == OtherId || !TCodec.HasIds,
            $"a frame that goes on with the id {OtherId} has the id {again.Id}");
        That(!again.IsBroken, "a frame that goes on is broken");
    }

    private static string TextOf(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private static void That([DoesNotReturnIf(false)] bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FrameContractException(otherwise);
        }
    }
}
