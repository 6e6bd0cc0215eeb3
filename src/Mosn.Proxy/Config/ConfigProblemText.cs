using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mosn.Proxy.Config;

/// <summary>Problems for people and, as JSON, for programs.</summary>
public static class ConfigProblemText
{
    /// <summary>Problems that are printed; the rest becomes a count.</summary>
    public const int ShownMax = 100;

    private const int SourceLineMax = 160;

    /// <summary>One paragraph a problem: "file:line:column: error: path: message", then the line with a caret.</summary>
    public static void Write(TextWriter output, IReadOnlyList<ConfigProblem> problems)
    {
        foreach (ConfigProblem problem in problems.Take(ShownMax))
        {
            output.WriteLine(Format(problem));
            WriteSourceLine(output, problem);
        }
        if (problems.Count > ShownMax)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"and {problems.Count - ShownMax} more"));
        }
    }

    /// <summary>The first line of a problem.</summary>
    public static string Format(ConfigProblem problem)
    {
        StringBuilder text = new(problem.File);
        if (problem.Line > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $":{problem.Line}:{problem.Column}");
        }
        text.Append(problem.Severity == ConfigSeverity.Error ? ": error: " : ": warning: ");
        if (problem.Path.Length > 0)
        {
            text.Append(problem.Path).Append(": ");
        }
        text.Append(problem.Message);
        if (problem.Found is { } found)
        {
            text.Append(": ").Append(found);
        }
        if (problem.Suggestion is { } suggestion)
        {
            text.Append("; did you mean '").Append(suggestion).Append("'?");
        }
        else if (problem.Expected is { } expected)
        {
            text.Append("; expected ").Append(expected);
        }
        return text.ToString();
    }

    /// <summary>
    /// An object with "errors", "warnings" (counts of all) and "problems" (at most <see cref="ShownMax"/>).
    /// </summary>
    public static void WriteJson(Stream output, IReadOnlyList<ConfigProblem> problems)
    {
        using Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("errors", problems.Count(static p => p.Severity == ConfigSeverity.Error));
        json.WriteNumber("warnings", problems.Count(static p => p.Severity == ConfigSeverity.Warning));
        WriteList(json, problems);
        json.WriteEndObject();
    }

    /// <summary>The member "problems" of an object: at most <see cref="ShownMax"/>.</summary>
    internal static void WriteList(Utf8JsonWriter json, IReadOnlyList<ConfigProblem> problems)
    {
        json.WriteStartArray("problems");
        foreach (ConfigProblem problem in problems.Take(ShownMax))
        {
            json.WriteStartObject();
            json.WriteString("severity", problem.Severity == ConfigSeverity.Error ? "error" : "warning");
            json.WriteString("file", problem.File);
            json.WriteNumber("line", problem.Line);
            json.WriteNumber("column", problem.Column);
            json.WriteString("path", problem.Path);
            json.WriteString("message", problem.Message);
            WriteOptional(json, "found", problem.Found);
            WriteOptional(json, "expected", problem.Expected);
            WriteOptional(json, "suggestion", problem.Suggestion);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteSourceLine(TextWriter output, ConfigProblem problem)
    {
        if (problem.SourceLine is not { Length: > 0 and <= SourceLineMax } line
            || problem.Column < 1 || problem.Column > line.Length + 1)
        {
            return;
        }
        // Tabs stay tabs, so that the caret stands under its character at any width.
        IEnumerable<char> indent = line.Take(problem.Column - 1).Select(static c => c == '\t' ? '\t' : ' ');
        output.WriteLine($"    {line}");
        output.WriteLine($"    {string.Concat(indent)}^");
    }
}
