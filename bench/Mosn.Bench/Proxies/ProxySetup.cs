namespace Mosn.Bench.Proxies;

public enum ProxyMode
{
    /// <summary>HTTP/1.1 on both sides, connections to the backend kept alive.</summary>
    Http1,

    /// <summary>HTTP/2 in cleartext from the client, HTTP/1.1 to the backend.</summary>
    Http2ToHttp1,

    /// <summary>HTTP/2 in cleartext on both sides.</summary>
    Http2,

    /// <summary>The same, as each proxy is told to speak gRPC.</summary>
    Grpc,

    /// <summary>Bytes relayed both ways, one connection to the backend for each client.</summary>
    Tcp,

    /// <summary>Calls of SOFA Bolt. Only mosn speaks it: the others relay the bytes.</summary>
    Bolt,
}

/// <summary>What every proxy of one case is configured to do, in the same way.</summary>
/// <param name="Loops">Worker processes (nginx), threads (HAProxy), event loops (mosn).</param>
/// <param name="AccessLog">One line per request into a file; else no access log at all.</param>
/// <param name="Folder">An empty folder of its own, for configuration, logs and the pid file.</param>
public sealed record ProxySetup(
    ProxyMode Mode, int Port, int BackendPort, int Loops, bool AccessLog, string Folder)
{
    /// <summary>For proxies that know nothing but HTTP: bytes are to be relayed.</summary>
    public bool IsRelay => Mode is ProxyMode.Tcp or ProxyMode.Bolt;

    /// <summary>The client speaks HTTP/2 from the first byte.</summary>
    public bool IsHttp2 => Mode is ProxyMode.Http2ToHttp1 or ProxyMode.Http2 or ProxyMode.Grpc;

    /// <summary>So does the proxy to the backend.</summary>
    public bool IsHttp2Upstream => Mode is ProxyMode.Http2 or ProxyMode.Grpc;

    /// <summary>Writes a file into the folder and returns its path.</summary>
    public string Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
