namespace Mosn.Bench.Proxies;

/// <summary>The gRPC server behind the proxies: nghttpd, which answers each call with one short message and status 0.</summary>
public static class GrpcBackend
{
    /// <summary>The method that is called. Its ending is how nghttpd knows the content type.</summary>
    public const string Path = "/bench.Echo/Unary.grpc";

    /// <summary>A message of five bytes behind its prefix (not compressed, length); request and answer are the same.</summary>
    public static ReadOnlySpan<byte> Message => [0, 0, 0, 0, 5, 0x0A, 3, (byte)'a', (byte)'b', (byte)'c'];

    /// <exception cref="BenchException">nghttpd is missing.</exception>
    public static IReadOnlyList<string> Configure(int port, string folder)
    {
        string program = Proxy.Find("nghttpd") ?? throw new BenchException("the gRPC backend is nghttpd, which is not installed");
        string file = System.IO.Path.Combine(folder, "www", Path[1..]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, Message);
        string types = System.IO.Path.Combine(folder, "mime.types");
        File.WriteAllText(types, "application/grpc grpc\n");
        return
        [
            program, "--no-tls", "-a", "127.0.0.1", "-n", "1", "-m", "1000", "-d", System.IO.Path.Combine(folder, "www"),
            "--mime-types-file=" + types, "--trailer", "grpc-status: 0", port.ToString(),
        ];
    }
}
