using Mosn.Proxy.Config;
using Mosn.Proxy.Expressions;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Server;

/// <summary>The checks of texts for <see cref="ConfigLoadOptions.Syntax"/>.</summary>
public static class ConfigSyntaxes
{
    /// <summary>All that this binary has.</summary>
    public static IReadOnlyDictionary<ConfigSyntax, Func<string, ConfigSyntaxError?>> BuiltIn { get; } =
        new Dictionary<ConfigSyntax, Func<string, ConfigSyntaxError?>>
        {
            [ConfigSyntax.Condition] = static text =>
            {
                Expression.TryCompile(text, ExpressionType.Bool, out _, out ExpressionError? error);
                return Describe(error);
            },
            [ConfigSyntax.Action] = static text =>
            {
                Expression.TryCompileAction(text, out _, out ExpressionError? error);
                return Describe(error);
            },
            [ConfigSyntax.Variable] = static name =>
                StreamVariables.Find(name) is null ? new ConfigSyntaxError("there is no such variable") : null,
        };

    private static ConfigSyntaxError? Describe(ExpressionError? error) => error is null
        ? null
        : new ConfigSyntaxError($"bad expression at character {error.Column}: {error.Message}", error.Suggestion);
}
