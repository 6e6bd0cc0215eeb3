namespace Mosn.Protocols.Dubbo;

/// <summary>The texts that a call begins with; they lie in its frame.</summary>
/// <param name="protocol">The version of Dubbo's protocol, or of the framework.</param>
/// <param name="service">The path: mostly the name of the interface.</param>
/// <param name="version">Of the service; empty if it is null.</param>
/// <param name="method">What is called.</param>
internal readonly ref struct DubboNames(
    ReadOnlySpan<byte> protocol, ReadOnlySpan<byte> service, ReadOnlySpan<byte> version, ReadOnlySpan<byte> method)
{
    public ReadOnlySpan<byte> Protocol { get; } = protocol;

    public ReadOnlySpan<byte> Service { get; } = service;

    public ReadOnlySpan<byte> Version { get; } = version;

    public ReadOnlySpan<byte> Method { get; } = method;

    /// <summary>The one of the four that has this name, as a field of HTTP. False: it is null, or could be no field.</summary>
    /// <param name="name">Of one of them, in any case.</param>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = (name[0] | 0x20) switch
        {
            'd' => Protocol,
            's' => Service,
            'v' => Version,
            _ => Method,
        };
        bool isField = HttpSyntax.IsFieldValue(value) && !((name[0] | 0x20) == 'v' && IsVersionNull);
        value = isField ? HttpSyntax.Trim(value) : default;
        return isField;
    }

    /// <summary>True if there is no version, which is not the same as an empty one.</summary>
    public bool IsVersionNull { get; init; }
}
