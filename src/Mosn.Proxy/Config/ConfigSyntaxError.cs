namespace Mosn.Proxy.Config;

/// <summary>What is wrong with a text.</summary>
/// <param name="Message">With the place within the text, if there is one.</param>
/// <param name="Suggestion">The nearest thing that would have been right; null: none is near.</param>
public sealed record ConfigSyntaxError(string Message, string? Suggestion = null);
