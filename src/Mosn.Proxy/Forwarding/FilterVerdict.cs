namespace Mosn.Proxy.Forwarding;

/// <summary>What a stream filter wants to happen next.</summary>
public enum FilterVerdict : byte
{
    /// <summary>Go on.</summary>
    Continue,

    /// <summary>The filter has set <see cref="FilterContext.ReplyStatus"/>: answer with it, without an upstream.</summary>
    Reply,

    /// <summary>The filter changed what routing looks at: match again. Honoured once, after the first match.</summary>
    Reroute,

    /// <summary>End the stream without an answer.</summary>
    Terminate,
}
