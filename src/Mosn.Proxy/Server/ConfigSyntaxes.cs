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
            [ConfigSyntax.Condition] = static text => FindError(text, ExpressionType.Bool),
            [ConfigSyntax.Action] = static text => FindError(text, ExpressionType.Any),
            [ConfigSyntax.Variable] = static name =>
                StreamVariables.Find(name) is null ? new ConfigSyntaxError("there is no such variable") : null,
        };

    private static ConfigSyntaxError? FindError(string text, ExpressionType wanted) =>
        Expression.TryCompile(text, wanted, out _, out ExpressionError? error)
            ? null
            : new ConfigSyntaxError($"bad expression at character {error.Column}: {error.Message}", error.Suggestion);
}
