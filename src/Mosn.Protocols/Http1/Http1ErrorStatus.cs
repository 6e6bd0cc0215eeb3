namespace Mosn.Protocols.Http1;

/// <summary>What a client is told about its request. For a bad response the answer is always 502.</summary>
public static class Http1ErrorStatus
{
    public static int StatusFor(Http1Error error) => error switch
    {
        Http1Error.TargetTooLong => 414,
        Http1Error.UnknownExpectation => 417,
        Http1Error.HeadTooLarge or Http1Error.TooManyHeaders or Http1Error.TrailerTooLarge => 431,
        Http1Error.UnknownTransferCoding => 501,
        Http1Error.BadVersion => 505,
        _ => 400,
    };
}
