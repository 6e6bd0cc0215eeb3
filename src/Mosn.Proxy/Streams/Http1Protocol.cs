using Mosn.Protocols.Http1;
using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Streams;

/// <summary>HTTP/1 on one listener.</summary>
internal sealed class Http1Protocol(Http1ServerSettings settings, int loopCount) : IServerProtocol
{
    /// <summary>As configurations call it.</summary>
    public const string Name = "Http1";

    private readonly LoopLocal<ObjectPool<Http1ServerStream>> _streams =
        new(loopCount, static loop => new ObjectPool<Http1ServerStream>(loop, static () => new Http1ServerStream()));

    public static IServerProtocol Build(ServerProtocolServices services)
    {
        Http1Config config = services.Config.Http1 ?? new Http1Config();
        Http1ServerSettings settings = new()
        {
            Limits = Http1Limits.Default with
            {
                HeadBytesMax = config.MaxHeaderSize,
                HeaderCountMax = config.MaxHeaderCount,
                TargetBytesMax = Math.Min(config.MaxHeaderSize, Http1Limits.Default.TargetBytesMax),
            },
            HeadTimeoutMs = (long)config.HeaderTimeout.TotalMilliseconds,
            RequestBodyBytesMax = config.MaxRequestBodySize,
            BodyRateMin = config.MinRequestBodyRate,
            OffersTunnels = true,
        };
        return new Http1Protocol(settings, services.LoopCount);
    }

    public IServerConnection Open(Connection connection, IServerStreamHandler handler) =>
        new Http1ServerConnection(connection, settings, handler, _streams.On(connection.Loop));
}
