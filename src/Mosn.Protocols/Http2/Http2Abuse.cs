namespace Mosn.Protocols.Http2;

/// <summary>
/// Ways to make the other end of a connection work, or hold memory, for nothing. Each may be done now and then; a peer
/// that overdoes one loses its connection with ENHANCE_YOUR_CALM.
/// </summary>
public enum Http2Abuse : byte
{
    /// <summary>Requests that are reset as soon as they are made (CVE-2023-44487).</summary>
    RapidReset,

    /// <summary>Frames that make us reset streams, which the peer then need not do itself (CVE-2025-8671).</summary>
    ProvokedReset,

    /// <summary>SETTINGS that have to be applied and acknowledged (CVE-2019-9515).</summary>
    SettingsFlood,

    /// <summary>PINGs that have to be echoed (CVE-2019-9512).</summary>
    PingFlood,

    /// <summary>Frames without content (CVE-2019-9518).</summary>
    EmptyFrameFlood,

    /// <summary>PRIORITY, unknown and other frames that have no effect (CVE-2019-9513).</summary>
    PriorityFlood,

    /// <summary>WINDOW_UPDATEs out of proportion to what was sent.</summary>
    WindowUpdateFlood,

    /// <summary>A field block that never ends (CVE-2024-27316).</summary>
    ContinuationFlood,

    /// <summary>A small field block that stands for a very large list.</summary>
    HeaderBomb,

    /// <summary>Answers to control frames, or responses, that are asked for and not read (CVE-2019-9517).</summary>
    OutputFlood,

    /// <summary>A window that is kept shut while a response waits (CVE-2019-9511).</summary>
    WindowStall,

    /// <summary>A frame or a body that comes too slowly.</summary>
    SlowStream,
}
