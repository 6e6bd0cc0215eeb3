namespace Mosn.Proxy.Expressions;

/// <summary>A part of an expression as it was written. Immutable; not checked for anything but its form.</summary>
/// <param name="position">Where a message about it points, from 0.</param>
internal abstract class Syntax(int position, int height)
{
    public int Position => position;

    /// <summary>Levels of the tree, this one included: bounded, for all that walks it recursively.</summary>
    public int Height => height;

    protected static int Above(params ReadOnlySpan<Syntax?> parts)
    {
        int height = 0;
        foreach (Syntax? part in parts)
        {
            height = Math.Max(height, part?.Height ?? 0);
        }
        return height + 1;
    }
}

internal sealed class BoolSyntax(int position, bool value) : Syntax(position, 1)
{
    public bool Value => value;
}

internal sealed class IntSyntax(int position, long value) : Syntax(position, 1)
{
    public long Value => value;
}

internal sealed class DoubleSyntax(int position, double value) : Syntax(position, 1)
{
    public double Value => value;
}

internal sealed class TextSyntax(int position, string value) : Syntax(position, 1)
{
    public string Value => value;
}

internal sealed class NameSyntax(int position, string name) : Syntax(position, 1)
{
    public string Name => name;
}

/// <summary><c>target.name</c></summary>
internal sealed class SelectSyntax(int position, Syntax target, string name) : Syntax(position, Above(target))
{
    public Syntax Target => target;

    public string Name => name;
}

/// <summary><c>target[key]</c></summary>
internal sealed class IndexSyntax(int position, Syntax target, Syntax key) : Syntax(position, Above(target, key))
{
    public Syntax Target => target;

    public Syntax Key => key;
}

/// <summary><c>name(arguments)</c> or <c>target.name(arguments)</c></summary>
internal sealed class CallSyntax(int position, Syntax? target, string name, Syntax[] arguments)
    : Syntax(position, Math.Max(Above(target), Above(arguments)))
{
    public Syntax? Target => target;

    public string Name => name;

    public Syntax[] Arguments => arguments;
}

/// <summary><c>!operand</c> or <c>-operand</c></summary>
internal sealed class UnarySyntax(int position, string mark, Syntax operand) : Syntax(position, Above(operand))
{
    public string Operator => mark;

    public Syntax Operand => operand;
}

/// <summary>Arithmetic, comparison, <c>in</c>.</summary>
internal sealed class BinarySyntax(int position, string mark, Syntax left, Syntax right)
    : Syntax(position, Above(left, right))
{
    public string Operator => mark;

    public Syntax Left => left;

    public Syntax Right => right;
}

/// <summary>
/// A chain of one of <c>&amp;&amp;</c>, <c>||</c>, <c>|</c>. However it was put into brackets it is one node, so that a
/// long one is not a deep one.
/// </summary>
internal sealed class ChainSyntax(int position, string mark, Syntax[] operands) : Syntax(position, Above(operands))
{
    public string Operator => mark;

    public Syntax[] Operands => operands;

    /// <summary>The operands of a chain of that operator; of anything else, itself.</summary>
    public static Syntax[] PartsOf(Syntax syntax, string mark) =>
        syntax is ChainSyntax chain && chain.Operator == mark ? chain.Operands : [syntax];
}

/// <summary><c>condition ? yes : no</c></summary>
internal sealed class ChoiceSyntax(int position, Syntax condition, Syntax yes, Syntax no)
    : Syntax(position, Above(condition, yes, no))
{
    public Syntax Condition => condition;

    public Syntax Yes => yes;

    public Syntax No => no;
}

/// <summary><c>[items]</c>, at the right of <c>in</c>.</summary>
internal sealed class ListSyntax(int position, Syntax[] items) : Syntax(position, Above(items))
{
    public Syntax[] Items => items;
}
