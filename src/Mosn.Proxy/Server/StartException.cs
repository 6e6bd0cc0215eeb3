namespace Mosn.Proxy.Server;

/// <summary>
/// A part cannot start for a reason that lies outside the program: a port in use, a file that may not be written. The
/// message is written for the operator and printed without a stack trace.
/// </summary>
public sealed class StartException(string message, Exception? cause = null) : Exception(message, cause);
