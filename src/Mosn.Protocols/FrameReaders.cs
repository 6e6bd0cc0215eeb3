namespace Mosn.Protocols;

/// <summary>
/// What a codec reads of a frame when somebody asks, for those who know the frame and not the codec. There is one object
/// for each codec: two frames are of the same protocol if the references are the same.
/// </summary>
public sealed class FrameReaders
{
    private readonly ReadFields _fields;
    private readonly ReadNames _names;

    internal FrameReaders(ReadFields fields, ReadNames names)
    {
        _fields = fields;
        _names = names;
    }

    internal delegate bool ReadFields(FrameHead head, HeaderBlock fields);

    internal delegate bool ReadNames(FrameHead head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method);

    /// <summary>Reads the fields that routes and filters may look at. False: they are broken.</summary>
    public bool TryReadFields(FrameHead head, HeaderBlock fields) => _fields(head, fields);

    /// <summary>What is called. False: the frame does not say.</summary>
    public bool TryGetNames(FrameHead head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method) =>
        _names(head, out service, out method);
}
