using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Mosn.Proxy.Observability;

/// <summary>
/// An access log format, compiled: literal text and <c>%variable%</c>. Immutable, may be used by all loops.
/// </summary>
/// <typeparam name="TContext">What the variables are read from.</typeparam>
internal sealed class AccessLogFormat<TContext>
{
    private readonly Part[] _parts;

    private AccessLogFormat(Part[] parts, IReadOnlyList<string> unknownVariables)
    {
        _parts = parts;
        UnknownVariables = unknownVariables;
    }

    /// <summary>Names that did not resolve: each prints a dash in every line, which deserves a warning.</summary>
    public IReadOnlyList<string> UnknownVariables { get; }

    /// <summary>Reads a format. A <c>\%</c> is no delimiter, and both its characters are printed.</summary>
    /// <param name="format">As the configuration has it.</param>
    /// <param name="resolve">Finds the writer of a variable, or null if there is no such variable.</param>
    /// <param name="result">Null if there is a problem.</param>
    /// <param name="problem">What is wrong with the format, in words for its author.</param>
    public static bool TryCompile(
        string format,
        Func<string, VariableWriter<TContext>?> resolve,
        [NotNullWhen(true)] out AccessLogFormat<TContext>? result,
        [NotNullWhen(false)] out string? problem)
    {
        result = null;
        List<Part> parts = [];
        List<string> unknown = [];
        StringBuilder literal = new();
        int at = 0;
        while (at < format.Length)
        {
            int open = NextDelimiter(format, at);
            literal.Append(format, at, (open < 0 ? format.Length : open) - at);
            if (open < 0)
            {
                break;
            }
            int close = NextDelimiter(format, open + 1);
            if (close <= open + 1)
            {
                problem = close < 0
                    ? $"unclosed variable definition at character {open + 1} of '{format}'"
                    : $"empty variable definition at character {open + 1} of '{format}'";
                return false;
            }
            AddVariable(format[(open + 1)..close], resolve, literal, parts, unknown);
            at = close + 1;
        }
        AddLiteral(literal, parts);
        result = new AccessLogFormat<TContext>([.. parts], unknown);
        problem = null;
        return true;
    }

    /// <summary>Writes one line, without its line end.</summary>
    public void Write(TContext context, ref LogLineWriter line)
    {
        foreach (Part part in _parts)
        {
            if (part.Variable is { } variable)
            {
                variable(context, ref line);
            }
            else
            {
                line.WriteRaw(part.Literal);
            }
        }
    }

    private static int NextDelimiter(string format, int from)
    {
        int at = format.IndexOf('%', from);
        while (at > 0 && format[at - 1] == '\\')
        {
            at = format.IndexOf('%', at + 1);
        }
        return at;
    }

    private static void AddVariable(
        string name,
        Func<string, VariableWriter<TContext>?> resolve,
        StringBuilder literal,
        List<Part> parts,
        List<string> unknown)
    {
        if (resolve(name) is { } variable)
        {
            AddLiteral(literal, parts);
            parts.Add(new Part([], variable));
            return;
        }
        literal.Append('-');
        unknown.Add(name);
    }

    private static void AddLiteral(StringBuilder literal, List<Part> parts)
    {
        if (literal.Length > 0)
        {
            parts.Add(new Part(Encoding.UTF8.GetBytes(literal.ToString()), Variable: null));
            literal.Clear();
        }
    }

    private readonly record struct Part(byte[] Literal, VariableWriter<TContext>? Variable);
}
