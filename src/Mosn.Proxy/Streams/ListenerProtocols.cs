using Mosn.Protocols.Detection;

namespace Mosn.Proxy.Streams;

/// <summary>The protocols that clients of one listener may speak, in the order in which they are tried. Immutable.</summary>
/// <param name="entries">Each with what tells it.</param>
/// <param name="detects">A connection must be looked at, even if there is only one protocol that it may turn out to speak.</param>
internal sealed class ListenerProtocols(
    IReadOnlyList<(ProtocolMatcher Match, IServerProtocol Protocol)> entries, bool detects)
{
    private readonly (ProtocolMatcher Match, IServerProtocol Protocol)[] _entries = [.. entries];

    /// <summary>What every connection speaks, without a look at it; null: it must be looked at.</summary>
    public IServerProtocol? Given => !detects && _entries is [(_, IServerProtocol given)] ? given : null;

    /// <summary>The one that a connection may change to by that name (RFC 9110 section 7.8); null: there is none.</summary>
    public IServerProtocol? FindUpgrade(string name)
    {
        foreach ((_, IServerProtocol protocol) in _entries)
        {
            if (protocol.UpgradeName == name)
            {
                return protocol;
            }
        }
        return null;
    }

    /// <summary>The first that the bytes are. More: none is, and at least one may become so.</summary>
    public ProtocolMatch Find(string alpn, ReadOnlySpan<byte> start, out IServerProtocol? found)
    {
        ProtocolMatch best = ProtocolMatch.No;
        foreach ((ProtocolMatcher match, IServerProtocol protocol) in _entries)
        {
            ProtocolMatch result = match(alpn, start);
            if (result == ProtocolMatch.Yes)
            {
                found = protocol;
                return result;
            }
            if (result == ProtocolMatch.More)
            {
                best = result;
            }
        }
        found = null;
        return best;
    }
}
