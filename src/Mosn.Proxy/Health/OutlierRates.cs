using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Health;

/// <summary>
/// Compares hosts by what they did in one interval. The rules are Envoy's: a success rate is an outlier if it lies so many
/// standard deviations below the mean of all hosts that had enough requests; a share of failures if it reaches a threshold.
/// </summary>
internal sealed class OutlierRates
{
    private readonly List<Sample> _samples = [];

    private readonly record struct Sample(Host Host, long Total, long Failed)
    {
        public double SuccessPercent => 100.0 * (Total - Failed) / Total;

        public double FailurePercent => 100.0 * Failed / Total;
    }

    /// <summary>Adds what a host did; one without tries does not matter.</summary>
    public void Add(Host host, long total, long failed)
    {
        if (total > 0)
        {
            _samples.Add(new Sample(host, total, failed));
        }
    }

    /// <summary>Hosts whose success rate is too far below the others', worst first.</summary>
    public IReadOnlyList<Host> LowSuccess(OutlierSettings settings)
    {
        List<Sample> counted = _samples.FindAll(sample => sample.Total >= settings.SuccessRateVolume);
        if (counted.Count == 0 || counted.Count < settings.SuccessRateHosts)
        {
            return [];
        }
        double mean = counted.Average(static sample => sample.SuccessPercent);
        double variance = counted.Average(sample => (sample.SuccessPercent - mean) * (sample.SuccessPercent - mean));
        double threshold = mean - (Math.Sqrt(variance) * settings.SuccessRateFactor);
        return
        [
            .. counted.Where(sample => sample.SuccessPercent < threshold)
                .OrderBy(static sample => sample.SuccessPercent).Select(static sample => sample.Host),
        ];
    }

    /// <summary>Hosts of whose requests too many failed, worst first.</summary>
    public IReadOnlyList<Host> ManyFailures(OutlierSettings settings)
    {
        List<Sample> counted = _samples.FindAll(sample => sample.Total >= settings.FailureVolume);
        if (counted.Count == 0 || counted.Count < settings.FailureHosts)
        {
            return [];
        }
        return
        [
            .. counted.Where(sample => sample.FailurePercent >= settings.FailureThreshold && sample.Failed > 0)
                .OrderByDescending(static sample => sample.FailurePercent).Select(static sample => sample.Host),
        ];
    }
}
