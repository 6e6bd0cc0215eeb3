namespace Mosn.Proxy.Network;

/// <summary>What a network filter wants to happen next.</summary>
public enum FilterStatus : byte
{
    /// <summary>Go on with the next filter.</summary>
    Continue,

    /// <summary>Stop here. Input that the filter left in the buffer is shown again with the next bytes.</summary>
    Stop,
}
