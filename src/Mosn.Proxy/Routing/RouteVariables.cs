using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Routing;

/// <summary>Variables by their names, for routes that are compiled.</summary>
internal sealed class RouteVariables(int loopCount, TimeZoneInfo zone)
{
    private readonly LoopLocal<LogClock> _clocks = new(loopCount, _ => LogClock.ForAccessLog(zone));

    /// <summary>Null if there is no such variable.</summary>
    public VariableValue? Find(string name) =>
        StreamVariables.Find(name) is { } writer ? new VariableValue(writer, _clocks) : null;
}
