using Mosn.Bench.Load;
using Mosn.Bench.Proxies;
using Mosn.Bench.Reporting;

namespace Mosn.Bench.Cases;

/// <summary>As many bytes as go through: the cost of moving them.</summary>
public sealed class TcpBulkCase(string name, string title, int connections) : TcpCase(name, title)
{
    private const double MiB = 1024 * 1024;

    public override Metric Primary => Metric.CpuPer10MiB;

    public override IReadOnlyList<Metric> Columns =>
    [
        Metric.CpuPer10MiB, Metric.User, Metric.System, Metric.MiBPerSecond, Metric.BusyPercent, Metric.RssMb,
        Metric.Errors,
    ];

    public override IReadOnlyList<Proxy> MorePeers => [new HaproxyProxy("haproxy (splice)", isSplicing: true)];

    protected override string Backend => "source";

    protected override (string Name, string[] Numbers) Client => ("drain", [connections.ToString()]);

    protected override Task<Sample> SampleAsync(RunningProxy running, Func<Task<LoadResult>> load) =>
        LoadSample.TakeAsync(
            running, load, Metric.CpuPer10MiB, cpuScale: 1e3 * 10 * MiB, Metric.MiBPerSecond, rateScale: 1 / MiB);
}
