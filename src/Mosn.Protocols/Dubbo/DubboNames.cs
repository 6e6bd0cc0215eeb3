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

    /// <summary>True if there is no version, which is not the same as an empty one.</summary>
    public bool IsVersionNull { get; init; }
}
