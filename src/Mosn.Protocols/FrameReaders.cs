namespace Mosn.Protocols;

/// <summary>
/// What a codec knows of a frame when somebody asks, for those who know the frame and not the codec. There is one object
/// for each codec: two frames are of the same protocol if the references are the same.
/// </summary>
public sealed class FrameReaders
{
    private readonly ReadFields _fields;
    private readonly FindOne _one;
    private readonly ReadNames _names;
    private readonly MakeCall _call;
    private readonly MakeAnswer _answer;
    private readonly int _ownFrameLengthMax;

    internal FrameReaders(
        ReadFields fields, FindOne one, ReadNames names, MakeCall call, MakeAnswer answer, int ownFrameLengthMax)
    {
        _fields = fields;
        _one = one;
        _names = names;
        _call = call;
        _answer = answer;
        _ownFrameLengthMax = ownFrameLengthMax;
    }

    internal delegate bool ReadFields(FrameHead head, HeaderBlock fields);

    internal delegate FieldSearch FindOne(FrameHead head, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);

    internal delegate bool ReadNames(FrameHead head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method);

    internal delegate bool MakeCall(in FrameCall call, Span<byte> room, FrameHead head);

    internal delegate bool MakeAnswer(
        FrameHead call, int status, ReadOnlySpan<byte> contentClass, Span<byte> room, FrameHead head);

    /// <summary>Reads the fields that routes and filters may look at. False: they are broken.</summary>
    public bool TryReadFields(FrameHead head, HeaderBlock fields) => _fields(head, fields);

    /// <summary>Looks for the first field of a name, whatever its case, where it lies in the frame.</summary>
    public FieldSearch FindField(FrameHead head, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        _one(head, name, out value);

    /// <summary>What is called. False: the frame does not say.</summary>
    public bool TryGetNames(FrameHead head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method) =>
        _names(head, out service, out method);

    /// <summary>Bytes that suffice for a frame that is made here.</summary>
    /// <param name="classLength">Bytes of the name of the content's class.</param>
    public int MadeLengthMax(int classLength) => _ownFrameLengthMax + classLength;

    /// <summary>Makes the head of a call that came in another protocol, without fields and content.</summary>
    /// <param name="room">At least <see cref="MadeLengthMax"/> bytes. The caller makes them the head's source, afterwards.</param>
    /// <returns>False: the protocol takes over nothing from others.</returns>
    public bool TryMakeCall(in FrameCall call, Span<byte> room, FrameHead head) => _call(call, room, head);

    /// <summary>Makes the head of the answer to a call, as <see cref="TryMakeCall"/> does of a call.</summary>
    /// <param name="status">Of HTTP.</param>
    public bool TryMakeAnswer(
        FrameHead call, int status, ReadOnlySpan<byte> contentClass, Span<byte> room, FrameHead head) =>
        _answer(call, status, contentClass, room, head);
}
