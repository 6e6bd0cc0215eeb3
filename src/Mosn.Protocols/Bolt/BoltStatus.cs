namespace Mosn.Protocols.Bolt;

/// <summary>Statuses of responses. A peer takes any other value for a broken connection.</summary>
public enum BoltStatus : ushort
{
    Success = 0,
    Error = 1,
    ServerException = 2,
    Unknown = 3,
    ServerThreadPoolBusy = 4,
    CommunicationError = 5,
    NoProcessor = 6,
    Timeout = 7,
    ClientSendError = 8,
    CodecException = 9,
    ConnectionClosed = 16,
    ServerSerialException = 17,
    ServerDeserialException = 18,
}

/// <summary>What statuses of Bolt and of HTTP have to do with each other; MOSN's tables.</summary>
internal static class BoltStatuses
{
    public static int ToHttp(int status) => (BoltStatus)status switch
    {
        BoltStatus.Success => 200,
        BoltStatus.ServerThreadPoolBusy => 503,
        BoltStatus.Timeout => 504,
        BoltStatus.ConnectionClosed => 502,
        _ => 500,
    };

    public static BoltStatus FromHttp(int status) => status switch
    {
        >= 200 and < 300 => BoltStatus.Success,
        400 => BoltStatus.ServerDeserialException,
        401 or 403 => BoltStatus.ServerException,
        404 or 502 => BoltStatus.NoProcessor,
        408 or 504 => BoltStatus.Timeout,
        429 or 503 => BoltStatus.ServerThreadPoolBusy,
        _ => BoltStatus.Unknown,
    };
}
