namespace Mosn.Proxy.Discovery;

/// <summary>The name servers that a cluster asks. Control side; tests put a fake in its place.</summary>
internal interface INameServers
{
    /// <summary>
    /// Asks for one kind of record of a whole name, without a search list, server by server until one answers. What
    /// servers do is an outcome, never an exception.
    /// </summary>
    /// <exception cref="OperationCanceledException">Nobody wants the answer any more.</exception>
    Task<DnsAnswer> AskAsync(string name, DnsRecordKind kind, CancellationToken cancellation);
}
