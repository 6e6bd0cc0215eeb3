using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using Mosn.Proxy.Config;
using Mosn.Proxy.Server;

namespace Mosn.Cli;

/// <summary>The command line of <c>mosn</c>: what there is, and what is wrong with a line.</summary>
internal static class CommandLine
{
    private const StringSplitOptions WhiteSpace = StringSplitOptions.RemoveEmptyEntries;

    // Go programs, MOSN among them, do not bundle single letters and know no response files.
    private static readonly ParserConfiguration Parsing =
        new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    public static async Task<int> RunAsync(string[] arguments, CliContext context)
    {
        try
        {
            return (int)await RunCommandAsync(arguments, context);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            TryWriteError(context, $"mosn: {e.Message}");
            return (int)ExitCode.Failure;
        }
        catch (Exception e)
        {
            TryWriteError(context, $"mosn: this is a bug in mosn: {e}");
            return (int)ExitCode.Bug;
        }
    }

    /// <summary>What the system refuses is no bug: a full disk, a closed output, no more descriptors.</summary>
    private static bool IsRefusal(Exception e) => e is IOException or UnauthorizedAccessException or Win32Exception;

    private static void TryWriteError(CliContext context, string line)
    {
        try
        {
            context.Error.WriteLine(line);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            // Nobody can be told any more; the exit code still can.
        }
    }

    private static async Task<ExitCode> RunCommandAsync(string[] arguments, CliContext context)
    {
        CommandTree tree = new(context);
        ParseResult parsed = CommandLineParser.Parse(tree.Root, arguments, Parsing);
        Command command = parsed.CommandResult.Command;

        if (parsed.GetValue(tree.Help) || (command == tree.Root && arguments.Length == 0))
        {
            new HelpPage(tree, command).Write(context.Out);
            return ExitCode.Success;
        }
        if (parsed.UnmatchedTokens.Count > 0 || parsed.Errors.Count > 0)
        {
            WriteUsageError(parsed, tree, context.Error);
            return ExitCode.Usage;
        }
        if (parsed.GetValue(tree.Version))
        {
            return VersionCommand.Run(context);
        }
        return await tree.Runs[command](parsed);
    }

    /// <summary>Says what was not understood and the nearest thing that would have been.</summary>
    private static void WriteUsageError(ParseResult parsed, CommandTree tree, TextWriter error)
    {
        Command command = parsed.CommandResult.Command;
        string name = command == tree.Root ? "mosn" : $"mosn {command.Name}";
        if (parsed.UnmatchedTokens is [string unknown, ..])
        {
            bool isFlag = unknown.StartsWith('-');
            IEnumerable<string> known = isFlag
                ? command.Options.Append(tree.Help).Select(option => option.Name)
                : command.Subcommands.Select(child => child.Name);
            string kind = isFlag ? "flag" : command.Subcommands.Count > 0 ? "command" : "argument";
            string? nearest = NearestMatch.Of(unknown, known);
            error.WriteLine($"{name}: unknown {kind} '{unknown}'"
                + (nearest is null ? "." : $"; did you mean '{nearest}'?"));
        }
        else
        {
            // One is enough: the parser repeats itself, and what follows a mistake is mostly its echo.
            error.WriteLine($"{name}: {string.Join(' ', parsed.Errors[0].Message.Split((char[]?)null, WhiteSpace))}");
        }
        error.WriteLine($"See '{name} --help'.");
    }
}
