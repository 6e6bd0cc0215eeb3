namespace Mosn.Protocols.Dubbo;

/// <summary>Statuses of responses.</summary>
internal enum DubboStatus : byte
{
    /// <summary>Of a request, which has none.</summary>
    None = 0,
    Ok = 20,
    SerializationError = 25,
    ClientTimeout = 30,
    ServerTimeout = 31,
    ChannelInactive = 35,
    BadRequest = 40,
    BadResponse = 50,
    ServiceNotFound = 60,
    ServiceError = 70,
    ServerError = 80,
    ClientError = 90,
    ThreadPoolExhausted = 100,
}

/// <summary>What statuses of Dubbo and of HTTP have to do with each other.</summary>
internal static class DubboStatuses
{
    /// <summary>MOSN has no such table, and so no status for a log or a retry.</summary>
    public static int ToHttp(int status) => (DubboStatus)status switch
    {
        DubboStatus.Ok => 200,
        DubboStatus.ClientTimeout or DubboStatus.ServerTimeout => 504,
        DubboStatus.ChannelInactive or DubboStatus.BadResponse => 502,
        DubboStatus.BadRequest or DubboStatus.ClientError => 400,
        DubboStatus.ServiceNotFound => 404,
        DubboStatus.ThreadPoolExhausted => 503,
        _ => 500,
    };

    /// <summary>MOSN's table.</summary>
    public static DubboStatus FromHttp(int status) => status switch
    {
        >= 200 and < 300 => DubboStatus.Ok,
        401 or 403 => DubboStatus.ServerError,
        404 or 502 => DubboStatus.ServiceNotFound,
        408 or 504 => DubboStatus.ClientTimeout,
        429 or 503 => DubboStatus.BadRequest,
        _ => DubboStatus.ServiceError,
    };
}
