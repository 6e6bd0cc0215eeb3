using System.Text;
using System.Text.Json;
using Mosn.Proxy.Config;
using Mosn.Proxy.Server;

namespace Mosn.Fuzz;

/// <summary>
/// Configuration, which also arrives over the admin API, and the expressions in it: whatever the text, reading it ends in a
/// record or in problems that have a place; and what is written of a sound one reads back to the same.
/// </summary>
internal sealed class ConfigTarget : IFuzzTarget
{
    private static readonly ConfigLoadOptions s_options =
        new() { ReadsDirectories = false, Syntax = ConfigSyntaxes.BuiltIn };

    public string Name => "config";

    public void Run(FuzzInput input)
    {
        int kind = input.Choose(8);
        if (kind is 2 or 3)
        {
            Compile(kind == 2 ? ConfigSyntax.Condition : ConfigSyntax.Action, Encoding.UTF8.GetString(input.Rest));
            return;
        }
        ConfigFormat format = kind == 0 ? ConfigFormat.Yaml : ConfigFormat.Json;
        ConfigLoadResult read = ConfigLoader.LoadText(input.Rest, format, "fuzz", s_options);
        Oracle.That(read.Config is not null || read.HasErrors, "text that is no configuration is told so");
        foreach (ConfigProblem problem in read.Problems)
        {
            Oracle.That(problem.Message.Length > 0, "a problem says what is wrong");
            Oracle.That(problem.Line >= 0 && problem.Column >= 0, "a problem has a place");
            Oracle.That(ConfigProblemText.Format(problem).Length > 0, "a problem can be shown");
        }
        if (read.Config is not { } config || read.HasErrors)
        {
            return;
        }
        ReadOnlySpan<byte> written = Write(config);
        ConfigLoadResult again = ConfigLoader.LoadText(written, ConfigFormat.Json, "written", s_options);
        if (again.Problems.FirstOrDefault(static problem => problem.Severity == ConfigSeverity.Error) is { } error)
        {
            throw new OracleException($"what was written of a sound configuration is not sound: {ConfigProblemText.Format(error)}");
        }
        Oracle.That(again.Config is not null, "what was written of a sound configuration is one");
        Oracle.Same(written, Write(again.Config), "what was written of a configuration");
    }

    /// <summary>An expression alone: parsed, typed, its constant parts evaluated.</summary>
    private static void Compile(ConfigSyntax syntax, string text)
    {
        ConfigSyntaxError? error = ConfigSyntaxes.BuiltIn[syntax](text);
        Oracle.That(error is null || error.Message.Length > 0, "a problem says what is wrong");
        Oracle.Same(error, ConfigSyntaxes.BuiltIn[syntax](text), "an expression compiled again");
    }

    private static byte[] Write(MosnConfig config)
    {
        using MemoryStream output = new();
        using (Utf8JsonWriter json = new(output))
        {
            ConfigJsonWriter.Write(json, config, isRedacted: false);
        }
        return output.ToArray();
    }
}
