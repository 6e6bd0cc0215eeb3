using Mosn.Bench.Load;
using Mosn.Bench.Proxies;
using Mosn.Bench.Reporting;

namespace Mosn.Bench.Cases;

/// <summary>Small messages: the cost of a wake-up. A message is there and back: two relayed pieces.</summary>
public sealed class TcpPingCase(string name, string title) : TcpCase(name, title)
{
    public override Metric Primary => Metric.CpuPerMessage;

    public override IReadOnlyList<Metric> Columns =>
    [
        Metric.CpuPerMessage, Metric.User, Metric.System, Metric.MessagesPerSecond, Metric.BusyPercent, Metric.P50Ms,
        Metric.P99Ms, Metric.RssMb, Metric.Errors,
    ];

    protected override string Backend => "echo";

    protected override (string Name, string[] Numbers) Client => ("ping", ["64", "100"]);

    protected override Task<Sample> SampleAsync(RunningProxy running, Func<Task<LoadResult>> load) =>
        LoadSample.TakeAsync(
            running, load, Metric.CpuPerMessage, cpuScale: 1e6, Metric.MessagesPerSecond, rateScale: 1);
}
