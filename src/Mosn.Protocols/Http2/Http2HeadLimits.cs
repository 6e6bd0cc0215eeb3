namespace Mosn.Protocols.Http2;

/// <summary>Bounds on what a peer may make us keep. Use <see cref="Default"/> and <c>with</c>.</summary>
/// <param name="ListBytesMax">
/// Of all fields, each counted as name, value and 32 (RFC 9113 section 6.5.2): what
/// <c>SETTINGS_MAX_HEADER_LIST_SIZE</c> announces.
/// </param>
/// <param name="FieldCountMax">Fields of one block, pseudo-header fields included; the parts of a cookie are one.</param>
/// <param name="TargetBytesMax">Of a request's <c>:path</c>.</param>
/// <param name="AllowsProtocol">
/// Extended CONNECT is understood: we have sent <c>SETTINGS_ENABLE_CONNECT_PROTOCOL</c> (RFC 8441).
/// </param>
public readonly record struct Http2HeadLimits(
    int ListBytesMax, int FieldCountMax, int TargetBytesMax, bool AllowsProtocol)
{
    /// <summary>How often a block may exceed its limits before its sender is taken for an attacker.</summary>
    internal const int BombFactor = 4;

    public Http2HeadLimits()
        : this(ListBytesMax: 60 * 1024, FieldCountMax: 128, TargetBytesMax: 8 * 1024, AllowsProtocol: true)
    {
    }

    public static Http2HeadLimits Default { get; } = new();
}
