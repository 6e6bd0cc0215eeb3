namespace Mosn.Protocols.Http1;

/// <summary>What a writer is told about the connection a head goes onto.</summary>
/// <param name="Close">Announces that the connection ends behind this message.</param>
/// <param name="KeepAliveToken">Says <c>keep-alive</c>, which a peer of HTTP/1.0 needs to hear.</param>
/// <param name="Upgrade">Lets the head's <c>Upgrade</c> fields through and announces them.</param>
/// <param name="Version">Written into the first line: HTTP/1.1 unless the peer cannot bear it.</param>
public readonly record struct Http1WriteOptions(
    bool Close = false, bool KeepAliveToken = false, bool Upgrade = false, HttpVersion Version = HttpVersion.Http11);
