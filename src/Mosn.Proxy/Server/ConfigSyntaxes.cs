using Mosn.Proxy.Config;
using Mosn.Proxy.Expressions;

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
        };

    private static ConfigSyntaxError? FindError(string text, ExpressionType wanted) =>
        Expression.TryCompile(text, wanted, out _, out ExpressionError? error)
            ? null
            : new ConfigSyntaxError($"bad expression at character {error.Column}: {error.Message}", error.Suggestion);
}
