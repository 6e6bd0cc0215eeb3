namespace Mosn.Proxy.Expressions;

/// <summary>Why an expression had no value for a request.</summary>
internal enum EvaluationFault : byte
{
    /// <summary>It had one.</summary>
    None,

    /// <summary>An attribute has no value for this request, or not yet.</summary>
    MissingAttribute,

    /// <summary>A map lacks the key: a header that is not there.</summary>
    MissingKey,

    /// <summary>Text that is not what it was to be converted to.</summary>
    BadText,

    /// <summary>A number, duration or time beyond what 64 bits or the calendar hold.</summary>
    Overflow,

    /// <summary>A position outside of a text.</summary>
    OutOfRange,
    DivisionByZero,

    /// <summary>Texts longer than <see cref="Evaluation.TextBytesMax"/> altogether were to be built.</summary>
    TooLong,
}
