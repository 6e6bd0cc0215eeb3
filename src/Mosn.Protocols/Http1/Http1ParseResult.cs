namespace Mosn.Protocols.Http1;

/// <summary>What was found at the start of the input.</summary>
/// <param name="Length">Bytes of the head when it is complete; otherwise 0.</param>
/// <param name="Error">Set exactly when the input is malformed.</param>
public readonly record struct Http1ParseResult(DecodeStatus Status, int Length, Http1Error Error)
{
    public static Http1ParseResult NeedMore => new(DecodeStatus.NeedMore, 0, Http1Error.None);

    public static Http1ParseResult Complete(int length) => new(DecodeStatus.Complete, length, Http1Error.None);

    public static Http1ParseResult Malformed(Http1Error error) => new(DecodeStatus.Malformed, 0, error);
}
