using System.Globalization;

namespace Mosn.Proxy.Observability;

/// <summary>How a syslog daemon is reached.</summary>
internal enum SyslogKind
{
    /// <summary>The datagram socket <c>/dev/log</c> of this machine.</summary>
    Local,
    Udp,
    Tcp,
}

/// <summary>A syslog daemon. Host and port are empty and 0 for the local one.</summary>
internal readonly record struct SyslogAddress(SyslogKind Kind, string Host, int Port)
{
    private const string LocalName = "syslog";

    public static bool IsSyslog(string path) =>
        path == LocalName
        || path.StartsWith("syslog://", StringComparison.Ordinal)
        || path.StartsWith("syslog+udp://", StringComparison.Ordinal)
        || path.StartsWith("syslog+tcp://", StringComparison.Ordinal);

    /// <summary>
    /// Reads <c>syslog</c>, <c>syslog://h:p</c> (UDP), <c>syslog+udp://h:p</c> or <c>syslog+tcp://h:p</c>.
    /// </summary>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public static SyslogAddress Parse(string path)
    {
        if (path == LocalName)
        {
            return new SyslogAddress(SyslogKind.Local, "", 0);
        }
        string address = path[(path.IndexOf("://", StringComparison.Ordinal) + 3)..];
        int colon = address.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(
            address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) || port == 0)
        {
            throw new ArgumentException("expected host:port after ://", nameof(path));
        }
        SyslogKind kind = path.StartsWith("syslog+tcp", StringComparison.Ordinal) ? SyslogKind.Tcp : SyslogKind.Udp;
        return new SyslogAddress(kind, address[..colon].Trim('[', ']'), port);
    }
}
