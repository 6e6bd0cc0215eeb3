namespace Mosn.Bench;

/// <summary>Something could not be measured; the message says why and ends up in the report.</summary>
public sealed class BenchException(string message) : Exception(message);
