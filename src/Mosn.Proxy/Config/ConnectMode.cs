namespace Mosn.Proxy.Config;

/// <summary>What a route does with CONNECT.</summary>
public enum ConnectMode : byte
{
    /// <summary>It is answered with 501.</summary>
    Refuse,

    /// <summary>The tunnel ends here: its bytes go to a host of the cluster as they are.</summary>
    Terminate,

    /// <summary>The request goes to a host of the cluster, which is a proxy, too.</summary>
    Forward,
}
