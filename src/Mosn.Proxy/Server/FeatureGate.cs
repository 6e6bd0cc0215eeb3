namespace Mosn.Proxy.Server;

/// <summary>A part of the program that an operator can switch with <c>--feature-gates name=true</c>.</summary>
/// <param name="Name">As written in the flag; case counts.</param>
/// <param name="EnabledByDefault">The state until somebody sets another.</param>
/// <param name="IsLocked">Only the default may be "set".</param>
/// <param name="Init">Runs once, at start, when the gate is on; null when nothing has to be prepared.</param>
public sealed record FeatureGate(
    string Name, bool EnabledByDefault = false, bool IsLocked = false, Func<CancellationToken, ValueTask>? Init = null);
