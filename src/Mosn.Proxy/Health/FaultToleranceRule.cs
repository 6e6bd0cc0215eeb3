using Mosn.Proxy.Config;

namespace Mosn.Proxy.Health;

/// <summary>MOSN's fault_tolerance for one cluster: the configuration of a filter, compiled. Immutable.</summary>
internal sealed class FaultToleranceRule
{
    private const int StatusCount = 600;

    private readonly bool[] _isException = new bool[StatusCount];
    private readonly FaultToleranceFilterConfig _config;

    public FaultToleranceRule(FaultToleranceFilterConfig config)
    {
        _config = config;
        IReadOnlyList<int> types = config.ExceptionTypes.Count > 0 ? config.ExceptionTypes : [502, 503, 504];
        foreach (int status in types.Where(static status => status is >= 0 and < StatusCount))
        {
            _isException[status] = true;
        }
    }

    public long WindowMs => _config.TimeWindow;

    public long LeastCount => _config.LeastWindowCount;

    public double Multiple => _config.ExceptionRateMultiple;

    public long RecoverMs => _config.RecoverTime;

    public bool IsException(int status) => status < StatusCount && _isException[status];

    /// <summary>How many of so many hosts may be out of use; by the ratio one may always be.</summary>
    public long OutMax(int hostCount) => _config.MaxIpRatio > 0
        ? Math.Min(_config.MaxIpCount, Math.Max(1, (long)(hostCount * Math.Min(1, _config.MaxIpRatio))))
        : _config.MaxIpCount;
}
