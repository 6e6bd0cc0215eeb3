using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Server;

namespace Mosn.Cli;

/// <summary><c>mosn check</c>: every problem of a configuration at once, for people or for programs.</summary>
internal static class CheckCommand
{
    public static ExitCode Run(StartParameters parameters, bool isStrict, bool isJson, CliContext context)
    {
        ConfigOrigin origin = ConfigOrigin.Choose(parameters.ConfigFile, context);
        ConfigLoadResult loaded = origin.Load(isStrict);
        if (isJson)
        {
            using MemoryStream json = new();
            ConfigProblemText.WriteJson(json, loaded.Problems);
            context.Out.WriteLine(Encoding.UTF8.GetString(json.ToArray()));
        }
        else
        {
            ConfigProblemText.Write(context.Out, loaded.Problems);
            context.Out.WriteLine(Verdict(origin, loaded));
        }
        return loaded.HasErrors ? ExitCode.Failure : ExitCode.Success;
    }

    private static string Verdict(ConfigOrigin origin, ConfigLoadResult loaded)
    {
        int errors = loaded.Problems.Count(problem => problem.Severity == ConfigSeverity.Error);
        int warnings = loaded.Problems.Count - errors;
        return $"{origin.Name}: {Count(errors, "error")}, {Count(warnings, "warning")}";
    }

    private static string Count(int count, string what) => count switch
    {
        0 => $"no {what}s",
        1 => $"1 {what}",
        _ => $"{count} {what}s",
    };
}
