using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>
/// How much of its weight a host has that came a moment ago and is still filling its caches (MOSN: slow start, mode
/// <c>duration</c>).
/// </summary>
/// <param name="WindowMs">Milliseconds until a host has all of its weight; 0: from the start.</param>
/// <param name="Aggression">Shape of the rise; 1 is linear, more is faster at first.</param>
/// <param name="MinShare">Share of its weight that a host begins with.</param>
internal readonly record struct SlowStart(long WindowMs, double Aggression, double MinShare)
{
    private const long ElapsedMinMs = 1000;
    private const double MinShareDefault = 0.10;

    /// <summary>The settings of a cluster; nobody is slow without them.</summary>
    public static SlowStart Of(SlowStartConfig? config) => config is { Mode: "duration" }
        ? new SlowStart(
            (long)config.Duration.TotalMilliseconds,
            config.Aggression > 0 ? config.Aggression : 1,
            config.MinWeightPercent > 0 ? Math.Min(config.MinWeightPercent, 1) : MinShareDefault)
        : default;

    /// <summary>Share of the weight, above 0 and at most 1.</summary>
    /// <param name="sinceMs">As <see cref="Host.UsableSinceMs"/>.</param>
    public double Share(long? sinceMs, long nowMs)
    {
        if (sinceMs is not { } since || nowMs - since >= WindowMs)
        {
            return 1;
        }
        double share = Math.Min(1, (double)Math.Max(ElapsedMinMs, nowMs - since) / WindowMs);
        return Math.Max(MinShare, Aggression == 1 ? share : Math.Pow(share, 1 / Aggression));
    }

    /// <summary>From when on all of these hosts have their whole weight; <see cref="long.MinValue"/>: they have it.</summary>
    public long EndMs(ReadOnlySpan<Host> hosts)
    {
        long endMs = long.MinValue;
        if (WindowMs > 0)
        {
            foreach (Host host in hosts)
            {
                endMs = host.UsableSinceMs is { } since ? Math.Max(endMs, since + WindowMs) : endMs;
            }
        }
        return endMs;
    }
}
