using System.Buffers.Text;
using Mosn.Protocols;
using Mosn.Protocols.Http2;
using Mosn.Proxy.Config;
using Mosn.Proxy.Network;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Streams;

/// <summary>HTTP/2 on one listener.</summary>
internal sealed class Http2Protocol(Http2ServerSettings settings, int loopCount) : IServerProtocol
{
    /// <summary>As configurations call it.</summary>
    public const string Name = "Http2";

    /// <summary>Bytes of a <c>HTTP2-Settings</c>; those of all clients that are known are far below.</summary>
    private const int EncodedSettingsMax = 256;

    private readonly LoopLocal<ObjectPool<Http2ServerStream>> _streams =
        new(loopCount, static loop => new ObjectPool<Http2ServerStream>(loop, () => new Http2ServerStream(loop.Buffers)));

    /// <summary>How many times as large as at first a stream's window may become.</summary>
    private const int WindowGrowthMax = 16;

    public static IServerProtocol Build(ServerProtocolServices services)
    {
        Http2Config config = services.Config.Http2 ?? new Http2Config();
        int window = Or(config.InitialStreamWindowSize, 64 * 1024);
        Http2ServerSettings settings = new()
        {
            Session = new Http2SessionOptions
            {
                StreamsMax = Or(config.MaxConcurrentStreams, 128),
                HeadLimits = Http2HeadLimits.Default with
                {
                    ListBytesMax = Or(config.MaxHeaderListSize, 60 * 1024),
                    FieldCountMax = Or(config.MaxHeaderCount, 128),
                    AllowsProtocol = true,
                },
                StreamWindowBytes = window,
                StreamWindowBytesMax = (int)Math.Min((long)WindowGrowthMax * window, int.MaxValue),
            },
            HeadTimeoutMs = (long)config.HeaderTimeout.TotalMilliseconds,
            RequestBodyBytesMax = config.MaxRequestBodySize,
            BodyRateMin = config.MinRequestBodyRate,
            StallTimeoutMs = (long)config.StallTimeout.TotalMilliseconds,
        };
        return new Http2Protocol(settings, services.LoopCount);
    }

    public string UpgradeName => "h2c";

    public IServerConnection Open(Connection connection, IServerStreamHandler handler) =>
        new Http2ServerConnection(connection, settings, handler, _streams.On(connection.Loop));

    public IServerConnection? TakeOver(
        Connection connection, IServerStreamHandler handler, RequestHead request, ReadOnlySpan<byte> encodedSettings)
    {
        Span<byte> payload = stackalloc byte[EncodedSettingsMax];
        if (encodedSettings.Length > EncodedSettingsMax
            || !Base64Url.IsValid(encodedSettings)
            || !Http2Settings.IsValid(payload = payload[..Base64Url.DecodeFromUtf8(encodedSettings, payload)], fromServer: false))
        {
            return null;
        }
        connection.Write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"u8);
        Http2ServerConnection server = new(connection, settings, handler, _streams.On(connection.Loop));
        server.AcceptUpgrade(request, payload);
        return server;
    }

    private static int Or(int value, int whenZero) => value == 0 ? whenZero : value;
}
