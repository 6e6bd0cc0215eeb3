namespace Mosn.Proxy.Config;

/// <summary>
/// Languages in which configuration has texts and which other folders understand. Who loads a configuration brings the
/// checks (<see cref="ConfigLoadOptions.Syntax"/>), so that a mistake has its place in the file.
/// </summary>
public enum ConfigSyntax : byte
{
    /// <summary>An expression that is true or false.</summary>
    Condition,

    /// <summary>An expression of any type, evaluated for what it does.</summary>
    Action,

    /// <summary>The name of a variable of a request.</summary>
    Variable,
}
