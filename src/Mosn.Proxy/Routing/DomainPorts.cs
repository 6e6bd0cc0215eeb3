namespace Mosn.Proxy.Routing;

/// <summary>The virtual hosts of one host name or suffix, by port.</summary>
internal sealed class DomainPorts
{
    /// <summary>The request names no port.</summary>
    public const int NoPort = -1;

    /// <summary>A domain ends with <c>:*</c>.</summary>
    public const int AnyPort = -2;

    private (int Port, VirtualHost Host)[] _byPort = [];

    /// <summary>The one of <c>:*</c>; null if there is none.</summary>
    public VirtualHost? OfAnyPort { get; private set; }

    /// <summary>False if the port is taken.</summary>
    public bool TryAdd(int port, VirtualHost host)
    {
        if (port == AnyPort)
        {
            bool isFree = OfAnyPort is null;
            OfAnyPort ??= host;
            return isFree;
        }
        if (Find(port) is not null)
        {
            return false;
        }
        _byPort = [.. _byPort, (port, host)];
        return true;
    }

    /// <summary>The one of exactly this port, or of none.</summary>
    public VirtualHost? Find(int port)
    {
        foreach ((int candidate, VirtualHost host) in _byPort)
        {
            if (candidate == port)
            {
                return host;
            }
        }
        return null;
    }
}
