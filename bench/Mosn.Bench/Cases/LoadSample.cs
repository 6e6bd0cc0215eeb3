using Mosn.Bench.Load;
using Mosn.Bench.Proxies;
using Mosn.Bench.Reporting;
using Mosn.Bench.Running;

namespace Mosn.Bench.Cases;

/// <summary>Measures a proxy's own CPU time while something loads it.</summary>
internal static class LoadSample
{
    /// <param name="perCount">Names CPU time for each unit of work, e.g. <see cref="Metric.CpuPerRequest"/>.</param>
    /// <param name="cpuScale">From seconds of CPU for one count to that metric's unit.</param>
    /// <param name="rateScale">From counts a second to that metric's unit.</param>
    public static async Task<Sample> TakeAsync(
        RunningProxy running, Func<Task<LoadResult>> load,
        Metric perCount, double cpuScale, Metric rate, double rateScale)
    {
        CpuTime before = running.Cpu();
        LoadResult result = await load();
        running.ThrowIfGone();
        CpuTime spent = running.Cpu().Since(before);
        if (result.Count == 0)
        {
            throw new BenchException($"nothing came through ({result.Errors} errors)");
        }

        double cpuSeconds = spent.TotalNs / 1e9;
        double each = cpuSeconds / result.Count * cpuScale;
        return new Sample(new Dictionary<string, double>
        {
            [perCount.Key] = each,
            [Metric.User.Key] = each * spent.UserShare,
            [Metric.System.Key] = each * (1 - spent.UserShare),
            [rate.Key] = result.Count / result.Seconds * rateScale,
            [Metric.BusyPercent.Key] = 100 * cpuSeconds / result.Seconds / running.Setup.Loops,
            [Metric.P50Ms.Key] = result.P50Us / 1000,
            [Metric.P99Ms.Key] = result.P99Us / 1000,
            [Metric.RssMb.Key] = running.Memory().RssBytes / 1e6,
            [Metric.Errors.Key] = result.Errors,
        });
    }
}
