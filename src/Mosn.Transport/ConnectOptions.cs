namespace Mosn.Transport;

/// <param name="Mark">SO_MARK for the socket; 0: none. Needs CAP_NET_ADMIN.</param>
public readonly record struct ConnectOptions(uint Mark = 0);

/// <param name="Backlog">Connections that may wait to be accepted, for each loop's socket.</param>
/// <param name="ReusePort">Several loops listen on the same address, each with its own accept queue.</param>
/// <param name="IsFirst">Nobody else may have the port yet, not even a process that would share it.</param>
/// <param name="IsTransparent">
/// Connections to foreign addresses that a TPROXY rule brings are accepted, too, and keep those as their local address.
/// Needs CAP_NET_ADMIN.
/// </param>
public readonly record struct ListenOptions(
    int Backlog = 4096, bool ReusePort = false, bool IsFirst = false, bool IsTransparent = false);
