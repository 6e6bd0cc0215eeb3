using Mosn.Cli;

namespace Mosn.Tests.Cli;

/// <summary>One run of the command line, in process, with what it printed.</summary>
internal sealed class CliRun : IDisposable
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    public CliRun()
    {
        Root = Directory.CreateTempSubdirectory("mosn-cli").FullName;
        Environment["HOME"] = Root;
        ProcRoot = "/proc";
    }

    /// <summary>A directory of this run's own.</summary>
    public string Root { get; }

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public string ProcRoot { get; set; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public Task<int> RunAsync(params string[] arguments) => CommandLine.RunAsync(
        arguments, new CliContext(_out, _error, Environment.GetValueOrDefault, Time, ProcRoot));

    /// <returns>The absolute path.</returns>
    public string Write(string name, string text)
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
