using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mosn.Bench.Running;

namespace Mosn.Bench.Reporting;

/// <summary>A run's results as a page for people and as JSON for programs.</summary>
public sealed record Report(
    BenchOptions Options, MachineFacts Machine, IReadOnlyDictionary<string, string> Versions,
    IReadOnlyList<CaseResult> Cases)
{
    private const double BusyPercentMin = 90;
    private const double ForeignPercentMax = 5;

    private static readonly string[] Peers = ["nginx", "haproxy"];

    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private IEnumerable<Verdict> Verdicts =>
        from target in Target.All
        where target.Subject == Options.Subject
        from result in Cases
        where result.Name == target.Case
        from verdict in target.Judge(result)
        select verdict;

    public string Markdown()
    {
        StringBuilder page = new();
        page.Append($"# Benchmark: {Options.Subject}\n\n");
        page.Append("How it is measured and how to read it: [bench/README.md](../README.md).\n\n");
        if (!Options.IsComplete)
        {
            page.Append("A shortened or partial run: not to be quoted.\n\n");
        }
        AppendTargets(page);
        foreach (CaseResult result in Cases)
        {
            page.Append($"\n## {result.Name}: {result.Title}\n\n");
            AppendCase(page, result);
        }
        AppendMachine(page);
        return page.ToString();
    }

    public string Json()
    {
        JsonObject root = new()
        {
            ["subject"] = Options.Subject,
            ["complete"] = Options.IsComplete,
            ["rounds"] = Options.Rounds,
            ["seconds"] = Options.Seconds,
            ["machine"] = JsonSerializer.SerializeToNode(Machine, Layout),
            ["versions"] = JsonSerializer.SerializeToNode(Versions),
            ["targets"] = new JsonArray([.. Verdicts.Select(Node)]),
            ["cases"] = new JsonArray([.. Cases.Select(Node)]),
        };
        return root.ToJsonString(Layout) + "\n";
    }

    private void AppendTargets(StringBuilder page)
    {
        TextTable table = new("target", "against", "proxy", "reach", "measured", "result");
        foreach (Verdict verdict in Verdicts)
        {
            Target target = verdict.Target;
            table.Add(
                target.What, target.Against ?? "–", verdict.Proxy, target.LimitText, verdict.ValueText, verdict.Word);
        }
        page.Append(table);
    }

    private static void AppendCase(StringBuilder page, CaseResult result)
    {
        string[] peers = [.. Peers.Where(peer => result.Row(peer) is { IsMeasured: true })];
        TextTable table = new(
            ["proxy", .. result.Columns.Select(column => column.Title), .. peers.Select(peer => $"÷ {peer}")]);
        foreach (ContestantResult row in result.Rows.Where(row => row.IsMeasured))
        {
            table.Add(
            [
                row.Proxy,
                .. result.Columns.Select(column => Cell(row, column, result.Primary)),
                .. peers.Select(peer => row.RatioTo(result.Row(peer)!, result.Primary)?.ToString("0.00") ?? "–"),
            ]);
        }
        page.Append(table);
        string[] remarks =
        [
            .. IsAnyLimited(result) ? new[] { "- \\*: the proxy was not the limit: do not quote the rate\n" } : [],
            .. result.Foreign is { Median: > ForeignPercentMax } foreign
                ? new[] { $"- the machine was not quiet: {foreign.ToString("0")} % busy before the rounds\n" }
                : [],
            .. result.Rows.Where(row => row.Note is not null).Select(row => $"- {row.Proxy}: {row.Note}\n"),
            .. result.Rows.Where(row => row.Problem is not null).Select(Explain),
        ];
        page.Append(remarks.Length > 0 ? "\n" : "").AppendJoin("", remarks);
    }

    private static string Explain(ContestantResult row) => row.IsMeasured
        ? $"- {row.Proxy}: {row.Samples.Count} rounds only: {row.Problem}\n"
        : $"- {row.Proxy}: not measured: {row.Problem}\n";

    private static string Cell(ContestantResult row, Metric column, Metric primary) =>
        column == Metric.Errors ? row.Total(column).ToString(column.Format)
        : column == primary ? row.Summarize(column).ToString(column.Format)
        : row.Summarize(column).Median.ToString(column.Format) + (column.IsRate && IsLimited(row) ? "\\*" : "");

    private static bool IsAnyLimited(CaseResult result) =>
        result.Columns.Contains(Metric.BusyPercent) && result.Rows.Any(row => row.IsMeasured && IsLimited(row));

    /// <summary>Something else than the proxy held the rate down: its core had time to spare.</summary>
    private static bool IsLimited(ContestantResult row) => row.Summarize(Metric.BusyPercent).Median < BusyPercentMin;

    private void AppendMachine(StringBuilder page)
    {
        page.Append("\n## Machine\n\n");
        page.Append($"- {Machine.Date}, commit {Machine.Commit}, {Options.Rounds} rounds of {Options.Seconds} s\n");
        page.Append($"- {Machine.Processor}, {Machine.Cores} cores{(Machine.IsVirtual ? " (virtual)" : "")}, ");
        page.Append($"{Machine.MemoryGb} GB, {Machine.System}, Linux {Machine.Kernel}, {Machine.Runtime}\n");
        page.Append($"- load average at the start {Machine.LoadAverage}\n");
        page.Append($"- {string.Join(", ", Versions.Select(version => $"{version.Key} {version.Value}"))}\n");
    }

    private static JsonNode Node(Verdict verdict) => new JsonObject
    {
        ["case"] = verdict.Target.Case,
        ["proxy"] = verdict.Proxy,
        ["against"] = verdict.Target.Against,
        ["limit"] = verdict.Target.Limit,
        ["measured"] = verdict.Value?.Median,
        ["passes"] = verdict.Passes,
    };

    private static JsonNode Node(CaseResult result) => new JsonObject
    {
        ["name"] = result.Name,
        ["title"] = result.Title,
        ["primary"] = result.Primary.Key,
        ["foreign_busy_percent"] = result.Foreign?.Median,
        ["proxies"] = new JsonArray([.. result.Rows.Select(row => Node(row, result))]),
    };

    private static JsonNode Node(ContestantResult row, CaseResult result)
    {
        JsonObject node = new() { ["name"] = row.Proxy, ["problem"] = row.Problem, ["note"] = row.Note };
        if (row.IsMeasured)
        {
            foreach (Metric column in result.Columns)
            {
                JsonObject values = Node(row.Summarize(column));
                values["rounds"] = new JsonArray(
                    [.. row.Samples.Values.Select(sample => (JsonNode)Math.Round(sample.Values[column.Key], 4))]);
                node[column.Key] = values;
            }
            foreach (string peer in Peers)
            {
                if (result.Row(peer) is { } other && row.RatioTo(other, result.Primary) is { } ratio)
                {
                    node[$"ratio_to_{peer}"] = Node(ratio);
                }
            }
        }
        return node;
    }

    private static JsonObject Node(Summary summary) => new()
    {
        ["median"] = Math.Round(summary.Median, 4),
        ["min"] = Math.Round(summary.Min, 4),
        ["max"] = Math.Round(summary.Max, 4),
    };
}
