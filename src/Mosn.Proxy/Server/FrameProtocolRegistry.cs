using Mosn.Protocols.Frames;
using Mosn.Proxy.Config;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Server;

/// <summary>
/// Makes protocols of frames known. A line for each: clients and hosts may then speak it, <c>Auto</c> finds it behind those that
/// were added before, configurations may name it and its settings, and it has metrics and pools of its own.
/// </summary>
public sealed class FrameProtocolRegistry
{
    private readonly ProtocolRegistry _protocols;
    private readonly UpstreamProtocolRegistry _upstreamProtocols;

    internal FrameProtocolRegistry(ProtocolRegistry protocols, UpstreamProtocolRegistry upstreamProtocols)
    {
        _protocols = protocols;
        _upstreamProtocols = upstreamProtocols;
    }

    /// <summary>Adds a protocol.</summary>
    /// <exception cref="ArgumentException">Its name cannot be used; the message is for its author.</exception>
    public FrameProtocolRegistry Add<TCodec>()
        where TCodec : struct, IFrameCodec<TCodec>
    {
        if (FaultOf(TCodec.Name) is { } fault)
        {
            throw new ArgumentException($"{typeof(TCodec).Name}: {fault}");
        }
        _protocols.Add(TCodec.Name, FrameProtocol<TCodec>.Match, FrameProtocol<TCodec>.Build);
        _upstreamProtocols.Add(FrameProtocol<TCodec>.Protocol, FramePool.Build<TCodec>);
        return this;
    }

    private string? FaultOf(string name)
    {
        if (name.Length == 0 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            return $"'{name}' cannot be the name of a protocol; expected letters, digits, '-', '_' and '.'";
        }
        return FilterKinds.ReservedProtocols.Contains(name) || _protocols.Find(name) is not null
            ? $"there is a protocol '{name}' already"
            : null;
    }
}
