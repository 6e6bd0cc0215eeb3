namespace Mosn.Protocols.Tars;

/// <summary>What a response says became of the call; above 0 it is the application's own.</summary>
internal enum TarsResult
{
    Success = 0,
    ServerDecode = -1,
    ServerEncode = -2,
    NoFunction = -3,
    NoServant = -4,
    ResetGrid = -5,
    QueueTimeout = -6,
    InvokeTimeout = -7,
    Connect = -8,
    Overload = -9,
    NoAdapter = -10,
    InvalidSet = -11,
    ClientDecode = -12,
    Send = -13,
    Unknown = -99,
}

/// <summary>What results of TARS and statuses of HTTP have to do with each other. MOSN has no such tables.</summary>
internal static class TarsResults
{
    public static int ToHttp(int result) => result > 0 ? 200 : (TarsResult)result switch
    {
        TarsResult.Success => 200,
        TarsResult.ServerDecode => 400,
        TarsResult.NoFunction or TarsResult.NoServant => 404,
        TarsResult.Connect or TarsResult.NoAdapter or TarsResult.Send => 502,
        TarsResult.Overload => 503,
        TarsResult.QueueTimeout or TarsResult.InvokeTimeout => 504,
        _ => 500,
    };

    public static TarsResult FromHttp(int status) => status switch
    {
        >= 200 and < 300 => TarsResult.Success,
        400 or 413 => TarsResult.ServerDecode,
        404 => TarsResult.NoServant,
        408 or 504 => TarsResult.InvokeTimeout,
        429 or 503 => TarsResult.Overload,
        502 => TarsResult.Connect,
        _ => TarsResult.Unknown,
    };
}
