using Mosn.Bench.Load;
using Mosn.Bench.Proxies;
using Mosn.Bench.Reporting;

namespace Mosn.Bench.Cases;

/// <summary>
/// Calls of SOFA Bolt and their answers. mosn decodes, routes and puts all of them on one connection to the backend; the
/// others relay the same bytes, which is the floor.
/// </summary>
/// <param name="connections">Each with one call at a time.</param>
/// <param name="contentBytes">Of a call, and of its answer.</param>
public sealed class BoltCase(string name, string title, int connections, int contentBytes) : TcpCase(name, title)
{
    public override Metric Primary => Metric.CpuPerMessage;

    public override IReadOnlyList<Metric> Columns =>
    [
        Metric.CpuPerMessage, Metric.User, Metric.System, Metric.MessagesPerSecond, Metric.BusyPercent, Metric.P50Ms,
        Metric.P99Ms, Metric.RssMb, Metric.Errors,
    ];

    protected override ProxyMode Mode => ProxyMode.Bolt;

    protected override string Backend => "bolt";

    protected override (string Name, string[] Numbers) Client => ("bolt-calls", [$"{connections}", $"{contentBytes}"]);

    protected override Task<Sample> SampleAsync(RunningProxy running, Func<Task<LoadResult>> load) =>
        LoadSample.TakeAsync(
            running, load, Metric.CpuPerMessage, cpuScale: 1e6, Metric.MessagesPerSecond, rateScale: 1);
}
