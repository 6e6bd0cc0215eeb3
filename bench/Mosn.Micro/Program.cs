using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mosn.Micro;

Argument<string> subject = new("subject") { Description = "What to measure: routing, upstream, hpack, fields" };
subject.AcceptOnlyFromAmong("routing", "upstream", "hpack", "fields");
Option<bool> quick = new("--quick") { Description = "Few short rounds, to see that all works" };
Option<string?> output = new("--out") { Description = "Folder of the result files" };
Option<string?> date = new("--date") { Description = "Date in the report (today)" };
RootCommand root = new("Measures parts of mosn alone, without a network. See bench/README.md.") { subject, quick, output, date };
root.SetAction(parsed => Run(
    parsed.GetRequiredValue(subject),
    parsed.GetValue(quick),
    parsed.GetValue(output),
    parsed.GetValue(date) ?? DateTime.Now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
return root.Parse(args).Invoke();

static int Run(string subject, bool isQuick, string? output, string date)
{
    Stopwatches watches = new(isQuick ? 3 : 9, TimeSpan.FromMilliseconds(isQuick ? 30 : 150));
    JsonArray results;
    string table = subject switch
    {
        "routing" => new RoutingBench(watches).Run(out results),
        "upstream" => new UpstreamBench(watches).Run(out results),
        "fields" => new FieldBench(watches).Run(out results),
        _ => new HpackBench(watches).Run(out results),
    };
    string cpu = File.ReadLines("/proc/cpuinfo").FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))
        ?.Split(':')[1].Trim() ?? "unknown";
    string load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
    string page = $"# Benchmark: {subject}\n\nHow it is measured and how to read it: [bench/README.md](../README.md).\n\n"
        + (isQuick ? "A shortened run: not to be quoted.\n\n" : "")
        + table
        + $"\n## Machine\n\n- {date}, {watches.Rounds} rounds; {cpu}, {Environment.ProcessorCount} cores, "
        + $"{RuntimeInformation.FrameworkDescription}, JIT\n- load average at the end {load}\n";
    string home = Environment.GetEnvironmentVariable("MOSN_BENCH_ROOT") ?? Environment.CurrentDirectory;
    string folder = Directory.CreateDirectory(
        output ?? Path.Combine(home, isQuick ? "artifacts/bench" : "bench/results")).FullName;
    File.WriteAllText(Path.Combine(folder, subject + ".md"), page);
    JsonObject json = new() { ["subject"] = subject, ["date"] = date, ["processor"] = cpu, ["results"] = results };
    File.WriteAllText(
        Path.Combine(folder, subject + ".json"), json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    Console.WriteLine(page);
    return 0;
}
