namespace Mosn.Protocols.Frames;

/// <summary>
/// What a codec reads of a frame when somebody asks, for those who know the frame and not the codec. There is one object
/// for each codec: two frames are of the same protocol if the references are the same.
/// </summary>
public sealed class FrameReaders
{
    private readonly ReadFields _fields;
    private readonly ReadNames _names;

    private FrameReaders(ReadFields fields, ReadNames names)
    {
        _fields = fields;
        _names = names;
    }

    private delegate bool ReadFields(FrameHead head, HeaderBlock fields);

    private delegate bool ReadNames(FrameHead head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method);

    /// <summary>Those of a codec.</summary>
    public static FrameReaders Of<TCodec>()
        where TCodec : struct, IFrameCodec<TCodec> => Cache<TCodec>.Readers;

    /// <summary>As <see cref="IFrameCodec{TSelf}.TryReadFields"/>.</summary>
    public bool TryReadFields(FrameHead head, HeaderBlock fields) => _fields(head, fields);

    /// <summary>As <see cref="IFrameCodec{TSelf}.TryGetNames"/>.</summary>
    public bool TryGetNames(FrameHead head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method) =>
        _names(head, out service, out method);

    private static class Cache<TCodec>
        where TCodec : struct, IFrameCodec<TCodec>
    {
        public static readonly FrameReaders Readers = new(TCodec.TryReadFields, TCodec.TryGetNames);
    }
}
