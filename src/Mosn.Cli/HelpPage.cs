using System.CommandLine;

namespace Mosn.Cli;

/// <summary>The help of one command: what it does, its flags in groups, examples, exit codes.</summary>
internal sealed class HelpPage(CommandTree tree, Command command)
{
    private const int NameWidth = 36;

    public void Write(TextWriter output)
    {
        bool isRoot = command == tree.Root;
        output.WriteLine(command.Description);
        output.WriteLine();
        output.WriteLine(isRoot ? "usage: mosn COMMAND [FLAGS]" : $"usage: mosn {command.Name} [FLAGS]");
        if (isRoot)
        {
            output.WriteLine("       mosn FLAGS           the same as mosn start FLAGS");
            WriteRows(output, "commands", command.Subcommands.Select(child => (child.Name, child.Description ?? "")));
        }

        IEnumerable<Option> shown = command.Options;
        if (isRoot)
        {
            shown = shown.Except(tree.StartFlags.Mesh).Except(tree.StartFlags.Ignored);
        }
        string title = isRoot ? "flags (all: mosn start --help)" : "flags";
        WriteFlags(output, title, [.. shown.Except(tree.StartFlags.Mesh).Except(tree.StartFlags.Ignored)]);
        WriteFlags(output, "node of the mesh", [.. shown.Intersect(tree.StartFlags.Mesh)]);
        WriteNames(output, "accepted for Istio's command lines, without effect",
            [.. shown.Intersect(tree.StartFlags.Ignored).Select(option => option.Name)]);
        WriteRows(output, "examples", Examples(command.Name));
        if (isRoot)
        {
            WriteRows(output, "exit codes", ExitCodes);
        }
    }

    private static IEnumerable<(string, string)> ExitCodes =>
    [
        ("0", "done; a stop that was asked for is a success"),
        ("1", "wrong configuration, a port in use, no such process"),
        ("2", "the command line was not understood"),
        ("4", "stopped, but not cleanly"),
        ("70", "a bug in mosn"),
    ];

    private static IEnumerable<(string, string)> Examples(string name) => name switch
    {
        "mosn" =>
        [
            ("mosn start", "a demo on 127.0.0.1, without any file"),
            ("mosn check -c mosn.json", "find every mistake before starting"),
            ("mosn start -c mosn.json", ""),
            ("mosn stop -c mosn.json", ""),
        ],
        "start" =>
        [
            ("mosn start -c mosn.yaml -l debug", ""),
            ("mosn start -c mosn.json --drain-time-s 30", ""),
            ("MOSN_CONFIG=mosn.json mosn start", ""),
        ],
        "check" =>
        [
            ("mosn check -c mosn.json --strict", "also fail on misspelt keys"),
            ("mosn check -c mosn.json --format json", "for editors and pipelines"),
        ],
        "schema" => [("mosn schema > mosn.schema.json", "")],
        _ => [],
    };

    private void WriteFlags(TextWriter output, string title, Option[] options) =>
        WriteRows(output, title, options.Select(option => (Spelling(option), Explanation(option))));

    private static string Spelling(Option option)
    {
        // One letter goes first, as everywhere; of the spellings that only Go programs accept none is shown.
        string letter = option.Aliases.FirstOrDefault(alias => alias.Length == 2) is { } found ? found + ", " : "    ";
        string word = option.Aliases.FirstOrDefault(alias => alias.StartsWith("--", StringComparison.Ordinal)
            && alias.Length is > 3 and < 12) is { } other ? ", " + other : "";
        return $"{letter}{option.Name}{word}{(option.HelpName is { } value ? " " + value : "")}";
    }

    private string Explanation(Option option) => tree.StartFlags.Variables.TryGetValue(option, out string? variable)
        ? $"{option.Description} [${variable}]"
        : option.Description ?? "";

    private static void WriteRows(TextWriter output, string title, IEnumerable<(string Name, string Text)> rows)
    {
        bool isFirst = true;
        foreach ((string name, string text) in rows)
        {
            if (isFirst)
            {
                output.WriteLine();
                output.WriteLine($"{title}:");
                isFirst = false;
            }
            output.WriteLine($"  {name.PadRight(NameWidth)} {text}".TrimEnd());
        }
    }

    private static void WriteNames(TextWriter output, string title, string[] names)
    {
        if (names.Length == 0)
        {
            return;
        }
        output.WriteLine();
        output.WriteLine($"{title}:");
        foreach (string[] line in names.Chunk(4))
        {
            output.WriteLine("  " + string.Join("  ", line));
        }
    }
}
