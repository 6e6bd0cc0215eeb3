using System.Text.Json;

namespace Mosn.Bench.Load;

/// <summary>What a load client counted.</summary>
/// <param name="Count">Requests or messages answered; for bulk transfers, bytes received.</param>
/// <param name="Errors">Answers that were not 2xx, failed connections, cut or timed-out transfers.</param>
/// <param name="Seconds">How long the load lasted.</param>
public sealed record LoadResult(long Count, long Errors, double Seconds, double P50Us, double P99Us)
{
    /// <summary>Reads the line that a client process printed.</summary>
    public static LoadResult Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<LoadResult>(line) ?? throw new JsonException("null");
        }
        catch (JsonException)
        {
            throw new BenchException($"the load client printed: {line}");
        }
    }

    public override string ToString() => JsonSerializer.Serialize(this);
}
