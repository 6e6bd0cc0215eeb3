using Mosn.Proxy.Server;

namespace Mosn.Cli;

/// <summary>What a command touches of the world, so that a test can run it in process.</summary>
/// <param name="Environment">Looks up an environment variable; null when it is not set.</param>
/// <param name="ProcRoot"><c>/proc</c>: how <c>stop</c> and <c>reload</c> see the running process.</param>
internal sealed record CliContext(
    TextWriter Out, TextWriter Error, Func<string, string?> Environment, TimeProvider Time, string ProcRoot)
{
    /// <summary>What configurations may name.</summary>
    public Extensions Extensions { get; init; } = Extensions.BuiltIn();

    public static CliContext OfProcess() => new(
        Console.Out, Console.Error, System.Environment.GetEnvironmentVariable, TimeProvider.System, "/proc");
}
