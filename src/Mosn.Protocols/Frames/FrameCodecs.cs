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
        public static readonly FrameReaders Readers = new(TCodec.TryReadFields, TCodec.TryGetNames);
    }
}
