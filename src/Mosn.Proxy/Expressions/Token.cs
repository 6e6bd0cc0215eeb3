namespace Mosn.Proxy.Expressions;

internal enum TokenKind : byte
{
    End,
    Identifier,
    Int,
    Double,
    String,

    /// <summary>An operator, a bracket, a comma or a point.</summary>
    Mark,

    /// <summary>What cannot be read; the text is the message.</summary>
    Bad,
}

/// <summary>One word of an expression.</summary>
/// <param name="Text">As written; of a string its value.</param>
/// <param name="Position">Where it begins, from 0.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Position)
{
    public bool IsMark(string mark) => Kind == TokenKind.Mark && Text == mark;
}
