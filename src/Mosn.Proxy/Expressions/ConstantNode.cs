using System.Text;

namespace Mosn.Proxy.Expressions;

/// <summary>A number, truth, time or address that was written, or that follows from what was written.</summary>
internal sealed class ConstantNode<T>(ExpressionType type, T value) : Node<T>(type)
{
    public override bool IsConstant => true;

    public override bool TryEvaluate(scoped ref Evaluation evaluation, out T result)
    {
        result = value;
        return true;
    }
}

/// <summary>A text that was written, or that follows from what was written.</summary>
internal sealed class TextNode(ExpressionType type, byte[] utf8) : Node<ReadOnlySpan<byte>>(type)
{
    public override bool IsConstant => true;

    public ReadOnlySpan<byte> Utf8 => utf8;

    public static TextNode Of(string text) => new(ExpressionType.String, Encoding.UTF8.GetBytes(text));

    public override bool TryEvaluate(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value)
    {
        value = utf8;
        return true;
    }
}

/// <summary>
/// A text that is a duration, too: in MOSN it is a duration only; here it can still be the text where a text is wanted.
/// </summary>
internal sealed class DurationTextNode(string text, long ns) : Node<long>(ExpressionType.Duration)
{
    public override bool IsConstant => true;

    public TextNode AsText() => TextNode.Of(text);

    public override bool TryEvaluate(scoped ref Evaluation evaluation, out long value)
    {
        value = ns;
        return true;
    }
}
