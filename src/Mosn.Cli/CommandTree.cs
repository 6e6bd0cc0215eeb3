using System.CommandLine;
using Mosn.Proxy.Server;

namespace Mosn.Cli;

/// <summary>All commands with their flags, and what runs for each.</summary>
internal sealed class CommandTree
{
    public CommandTree(CliContext context)
    {
        StartFlags = new StartFlags(context.Environment);
        Help = new Option<bool>("--help", "-h", "-help") { Description = "this text", Recursive = true };
        Version = new Option<bool>("--version", "-v", "-version") { Description = "print the version" };
        Strict = new Option<bool>("--strict") { Description = "unknown keys are errors, not warnings" };
        Format = new Option<string>("--format")
        {
            HelpName = "text|json",
            Description = "how problems are printed (text)",
            DefaultValueFactory = _ => "text",
        };
        Format.AcceptOnlyFromAmong("text", "json");

        Root = new Command("mosn", "A service-mesh data plane and L4/L7 proxy.") { Help, Version };
        Option[] startFlags = [.. StartFlags.Common, .. StartFlags.Mesh, .. StartFlags.Ignored];
        foreach (Option flag in startFlags)
        {
            Root.Add(flag);
        }

        Run(Root, parsed => StartCommand.RunAsync(StartFlags.Read(parsed), context));
        Add("start", "Run the proxy in the foreground.", startFlags,
            parsed => StartCommand.RunAsync(StartFlags.Read(parsed), context));
        Add("stop", "Stop the running proxy at once and wait until it has ended.", [StartFlags.Config],
            parsed => StopCommand.RunAsync(StartFlags.Read(parsed), context));
        Add("reload", "Ask the running proxy to load its configuration again.", [StartFlags.Config],
            parsed => Task.FromResult(ReloadCommand.Run(StartFlags.Read(parsed), context)));
        Add("check", "Read a configuration and print every problem in it.", [StartFlags.Config, Strict, Format],
            parsed => Task.FromResult(
                CheckCommand.Run(StartFlags.Read(parsed), IsStrict(parsed), IsJson(parsed), context)));
        Add("schema", "Print the JSON Schema of the configuration.", [],
            _ => Task.FromResult(SchemaCommand.Run(context)));
        Add("version", "Print the version.", [], _ => Task.FromResult(VersionCommand.Run(context)));
    }

    public Command Root { get; }

    public StartFlags StartFlags { get; }

    public Option<bool> Help { get; }

    public Option<bool> Version { get; }

    public Option<bool> Strict { get; }

    public Option<string> Format { get; }

    public Dictionary<Command, Func<ParseResult, Task<ExitCode>>> Runs { get; } = [];

    private bool IsStrict(ParseResult parsed) => parsed.GetValue(Strict);

    private bool IsJson(ParseResult parsed) => parsed.GetValue(Format) == "json";

    private void Add(string name, string description, Option[] flags, Func<ParseResult, Task<ExitCode>> run)
    {
        Command command = new(name, description);
        foreach (Option flag in flags)
        {
            command.Add(flag);
        }
        Root.Add(command);
        Run(command, run);
    }

    private void Run(Command command, Func<ParseResult, Task<ExitCode>> run)
    {
        command.SetAction(_ => { }); // Without an action the parser asks for a sub-command; we dispatch ourselves.
        Runs[command] = run;
    }
}
