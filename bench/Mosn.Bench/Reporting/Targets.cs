namespace Mosn.Bench.Reporting;

/// <summary>What the shipped binary must reach in one case.</summary>
/// <param name="Against">The proxy whose value divides ours, round by round; null: the value itself counts.</param>
/// <param name="Limit">The median must not be greater.</param>
/// <param name="Unit">Of the limit; empty for a ratio.</param>
public sealed record Target(
    string Subject, string Case, string What, string? Against, double Limit, string Unit = "", double? Aim = null)
{
    /// <summary>Every promise the benchmarks watch over, in one place.</summary>
    public static readonly IReadOnlyList<Target> All =
    [
        new("http1", "small", "HTTP/1.1, 100 B: CPU per request", "nginx", 0.90, Aim: 0.82),
        new("http1", "access-log", "the same with an access log", "nginx", 0.95),
        new("http1", "large", "10 KiB response: CPU per request", "nginx", 0.90),
        new("http1", "many", "2000 connections: CPU per request", "nginx", 0.90),
        new("http1", "two-loops", "2 loops: CPU per request", "nginx", 0.90),
        new("http1", "system-calls", "system calls per request", null, 4.2),
        new("http2", "16x10", "HTTP/2, 16 × 10 streams: CPU per request", "haproxy", 0.95, Aim: 0.85),
        new("http2", "4x100", "HTTP/2, 4 × 100 streams: CPU per request", "haproxy", 0.95, Aim: 0.85),
        new("http2", "rapid-reset", "rapid reset by another: p99 against quiet", null, 2),
        new("http2", "late-reset", "the same in two pieces: p99 against quiet", null, 2),
        new("http2", "ping-flood", "PING flood by another: p99 against quiet", null, 2),
        new("http2", "continuation-flood", "CONTINUATION flood by another: p99 against quiet", null, 2),
        new("tcp", "ping", "TCP small messages: CPU per message", "nginx", 1.00),
        new("tcp", "bulk-1", "TCP bulk, 1 connection: CPU per byte", "haproxy", 0.90),
        new("tcp", "bulk-4", "TCP bulk, 4 connections: CPU per byte", "haproxy", 0.90),
        new("bolt", "calls", "Bolt calls of 1 KB: CPU per call, against a relay of the bytes", "haproxy", 1.10),
        new("memory", "idle", "idle RSS", null, 12, "MB"),
        new("memory", "clients", "RSS with 2000 idle clients", null, 30, "MB"),
        new("startup", "first-answer", "exec to first answer", null, 40, "ms"),
    ];

    public string LimitText => $"≤ {Number(Limit)}{(Aim is { } aim ? $" (aim {Number(aim)})" : "")}";

    /// <summary>Compares every shipped-form proxy of the case (several when --mosn named several).</summary>
    public IEnumerable<Verdict> Judge(CaseResult result)
    {
        foreach (ContestantResult row in result.Rows.Where(row => row.IsShippedForm))
        {
            Summary? value = !row.IsMeasured ? null
                : Against is null ? row.Summarize(result.Primary)
                : result.Row(Against) is { } other ? row.RatioTo(other, result.Primary)
                : null;
            yield return new Verdict(this, row.Proxy, value, value is { } measured ? measured.Median <= Limit : null);
        }
    }

    internal string Number(double value) => Unit.Length == 0 ? value.ToString("0.00") : $"{value:0.#} {Unit}";
}

/// <param name="Value">Null: not measured.</param>
/// <param name="Passes">Null: not measured.</param>
public sealed record Verdict(Target Target, string Proxy, Summary? Value, bool? Passes)
{
    public string ValueText => Value is { } value ? Target.Number(value.Median) : "–";

    public string Word => Passes switch { true => "pass", false => "FAIL", null => "not measured" };
}
