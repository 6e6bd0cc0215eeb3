using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Health;

/// <summary>What a check by grpc.health.v1 sends: the configuration, compiled. Immutable.</summary>
internal sealed class GrpcCheck
{
    private readonly byte[] _authority;
    private readonly byte[] _timeout;

    /// <param name="timeoutMs">Milliseconds that the host is told to have.</param>
    public GrpcCheck(GrpcCheckConfig config, long timeoutMs)
    {
        Port = config.Port;
        Message = GrpcHealthMessages.Request(config.Service);
        _authority = Encoding.UTF8.GetBytes(config.Authority);
        Span<byte> timeout = stackalloc byte[GrpcTimeout.LengthMax];
        _timeout = timeout[..GrpcTimeout.Write(timeoutMs, timeout)].ToArray();
    }

    /// <summary>0: the host's.</summary>
    public int Port { get; }

    /// <summary>The request's body.</summary>
    public byte[] Message { get; }

    /// <summary>Writes the request into an empty head.</summary>
    public void Fill(RequestHead head, Host host)
    {
        head.Clear();
        head.SetMethod("POST"u8);
        head.SetPath(GrpcHealthMessages.CheckPath);
        if (_authority.Length > 0)
        {
            head.SetAuthority(_authority);
        }
        else if (!head.TrySetAuthority(Encoding.UTF8.GetBytes(host.AddressText)))
        {
            head.SetAuthority("localhost"u8); // The path of a Unix socket is no host.
        }
        head.Headers.Add(KnownHeader.GrpcTimeout, _timeout);
        head.Headers.Add(KnownHeader.ContentType, "application/grpc"u8);
        head.Headers.Add(KnownHeader.Te, "trailers"u8);
        head.Headers.Add(KnownHeader.UserAgent, "mosn-health-check"u8);
        head.SetFraming(BodyFraming.Chunked);
    }
}
