using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mosn.Protocols;
using Mosn.Protocols.Bolt;
using Mosn.Protocols.Dubbo;
using Mosn.Protocols.Frames;
using Mosn.Testing;

namespace Mosn.Micro;

/// <summary>What it costs a route to see one field of an RPC call: where it lies, and when all fields are read for it.</summary>
internal sealed class FieldBench(Stopwatches watches)
{
    private const int Operations = 100;

    private readonly JsonArray _results = [];

    /// <summary>The page for people; <paramref name="json"/> gets the same for programs.</summary>
    public string Run(out JsonArray json)
    {
        StringBuilder page = new();
        page.Append("| call | bytes | `service` ns | all fields ns | times | B |\n| --- | --- | --- | --- | --- | --- |\n");
        Measure<BoltCodec>(page, "bolt, as sofa-rpc-node sends it", RealFrames.BoltRequest);
        Measure<DubboCodec>(page, "dubbo, as dubbo2.js sends it", RealFrames.DubboRequest);
        Measure<DubboCodec>(page, "dubbo, a list of 1,000 texts", LargeDubboCall(1000));
        json = _results;
        return page.ToString();
    }

    private void Measure<TCodec>(StringBuilder page, string name, byte[] frame)
        where TCodec : struct, IFrameCodec<TCodec>
    {
        FrameHead head = new() { Readers = FrameCodecs.ReadersOf<TCodec>() };
        Check.That(TCodec.Scan(frame, head) == DecodeStatus.Complete && TCodec.Inspect(head, frame));
        head.Source = new HeldFrame(frame);
        RequestHead request = new();
        Timing one = watches.PerOperation(Operations, () => Look(request, head, readsAll: false));
        Timing all = watches.PerOperation(Operations, () => Look(request, head, readsAll: true));
        page.Append(
            CultureInfo.InvariantCulture,
            $"| {name} | {frame.Length} | {one.MedianNs:F0} | {all.MedianNs:F0} | {all.MedianNs / one.MedianNs:F1} | {one.Bytes + all.Bytes:F0} |\n");
        _results.Add(new JsonObject
        {
            ["call"] = name, ["bytes"] = frame.Length, ["one_ns"] = one.MedianNs, ["all_ns"] = all.MedianNs,
        });
    }

    private static void Look(RequestHead request, FrameHead head, bool readsAll)
    {
        for (int i = 0; i < Operations; i++)
        {
            request.Clear();
            request.AcceptFrame(head);
            bool isThere = readsAll
                ? request.Headers.TryGet("service"u8, out ReadOnlySpan<byte> value)
                : request.TryGetHeader("service"u8, out value);
            Check.That(isThere && !value.IsEmpty);
        }
    }

    /// <summary>One argument, a list, between the names and the attachments of a real call.</summary>
    private static byte[] LargeDubboCall(int texts)
    {
        List<byte> payload = [.. "\u00052.0.2\u0003x.S\u00051.0.0\u0002hi\u0010Ljava/util/List;X"u8, 0xC8];
        payload[^1] += (byte)(texts >> 8); // An int of two bytes.
        payload.Add((byte)texts);
        for (int i = 0; i < texts; i++)
        {
            payload.AddRange("\u0014one of a few hundred"u8);
        }
        payload.AddRange("H\u0009interface\u0003x.S\u0004path\u0003x.S\u0007version\u00051.0.0Z"u8);
        byte[] frame = [0xDA, 0xBB, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, .. payload];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(12), payload.Count);
        return frame;
    }
}
