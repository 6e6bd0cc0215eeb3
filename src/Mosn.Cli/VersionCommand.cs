using System.Reflection;
using Mosn.Proxy.Server;

namespace Mosn.Cli;

internal static class VersionCommand
{
    /// <summary>The version of this build, e.g. "0.1.0".</summary>
    public static string Version { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion ?? "unknown";

    public static ExitCode Run(CliContext context)
    {
        context.Out.WriteLine($"mosn version {Version}");
        return ExitCode.Success;
    }
}
