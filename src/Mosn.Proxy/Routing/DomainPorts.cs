namespace Mosn.Proxy.Routing;

/// <summary>The virtual hosts of one host name or suffix, by port; each is an index.</summary>
internal sealed class DomainPorts
{
    /// <summary>The request names no port.</summary>
    public const int NoPort = -1;

    /// <summary>A domain ends with <c>:*</c>.</summary>
    public const int AnyPort = -2;

    /// <summary>No virtual host.</summary>
    public const int None = -1;

    private (int Port, int Host)[] _byPort = [];

    /// <summary>The one of <c>:*</c>.</summary>
    public int OfAnyPort { get; private set; } = None;

    /// <summary>False if the port is taken.</summary>
    public bool TryAdd(int port, int host)
    {
        if (port == AnyPort)
        {
            bool isFree = OfAnyPort == None;
            OfAnyPort = isFree ? host : OfAnyPort;
            return isFree;
        }
        if (Find(port) != None)
        {
            return false;
        }
        _byPort = [.. _byPort, (port, host)];
        return true;
    }

    /// <summary>The one of exactly this port, or of none.</summary>
    public int Find(int port)
    {
        foreach ((int candidate, int host) in _byPort)
        {
            if (candidate == port)
            {
                return host;
            }
        }
        return None;
    }
}
