namespace Mosn.Protocols.Http2;

/// <summary>How much of one thing a peer may do: so many at once, and so many a second after that.</summary>
/// <param name="CreditMax">
/// How many may be paid for in advance: what a peer answers comes later than what it answers, and much of it at once.
/// </param>
public readonly record struct Http2FloodLimit(int Burst, int PerSecond, int CreditMax = 0);

/// <summary>
/// How much a peer may do that costs more than it brings. What honest peers do in proportion to their traffic is paid for
/// by that traffic, see <see cref="Http2FloodGuard"/>, and does not count here.
/// </summary>
public sealed record Http2FloodLimits
{
    /// <summary>Requests that are reset in the second in which they were made. Each that gets its response earns one.</summary>
    public Http2FloodLimit Resets { get; init; } = new(200, 33);

    /// <summary>Streams that we reset because of what the peer sent.</summary>
    public Http2FloodLimit ProvokedResets { get; init; } = new(100, 20);

    /// <summary>SETTINGS frames.</summary>
    public Http2FloodLimit Settings { get; init; } = new(32, 1);

    /// <summary>PING frames. Each DATA frame that is sent to the peer earns one.</summary>
    public Http2FloodLimit Pings { get; init; } = new(100, 10, CreditMax: 1000);

    /// <summary>Frames without content. Each head earns one.</summary>
    public Http2FloodLimit EmptyFrames { get; init; } = new(100, 10, CreditMax: 1000);

    /// <summary>PRIORITY, unknown and other frames without effect. Each request earns two.</summary>
    public Http2FloodLimit Priorities { get; init; } = new(200, 10, CreditMax: 1000);

    /// <summary>
    /// WINDOW_UPDATE frames. Each DATA frame that is sent to the peer earns four, and one for each KiB; of frames of one
    /// byte, a window holds as many as it has bytes.
    /// </summary>
    public Http2FloodLimit WindowUpdates { get; init; } = new(500, 100, CreditMax: 4 * 65_536);

    internal Http2FloodLimit Of(Http2Abuse kind) => kind switch
    {
        Http2Abuse.RapidReset => Resets,
        Http2Abuse.ProvokedReset => ProvokedResets,
        Http2Abuse.SettingsFlood => Settings,
        Http2Abuse.PingFlood => Pings,
        Http2Abuse.EmptyFrameFlood => EmptyFrames,
        Http2Abuse.PriorityFlood => Priorities,
        _ => WindowUpdates,
    };
}
