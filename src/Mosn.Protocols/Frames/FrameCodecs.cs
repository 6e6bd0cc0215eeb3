namespace Mosn.Protocols.Frames;

/// <summary>Codecs, for those who do not know them.</summary>
public static class FrameCodecs
{
    /// <summary>What reads the frames of a codec. The same object each time.</summary>
    public static FrameReaders ReadersOf<TCodec>()
        where TCodec : struct, IFrameCodec<TCodec> => Cache<TCodec>.Readers;

    private static class Cache<TCodec>
        where TCodec : struct, IFrameCodec<TCodec>
    {
        public static readonly FrameReaders Readers = new(
            TCodec.TryReadFields,
            TCodec.FindField,
            TCodec.TryGetNames,
            static (in call, room, head) => TryScan(TCodec.WriteCall(call, room), room, head),
            static (call, status, contentClass, room, head) =>
                TryScan(TCodec.WriteAnswer(call, status, contentClass, room), room, head),
            TCodec.OwnFrameLengthMax);

        /// <summary>What was written is looked at as if it had been received.</summary>
        private static bool TryScan(int length, ReadOnlySpan<byte> room, FrameHead head)
        {
            head.Clear();
            return length > 0 && TCodec.Scan(room[..length], head) == DecodeStatus.Complete;
        }
    }
}
