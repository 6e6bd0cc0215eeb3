namespace Mosn.Protocols.Frames;

/// <summary>MOSN's numbers and words for what went wrong here, for protocols whose error answers carry a text.</summary>
internal static class ReplyText
{
    /// <summary>No text is longer.</summary>
    public const int LengthMax = 32;

    /// <summary>The text for a status of HTTP: MOSN's code, a bar, the words.</summary>
    public static ReadOnlySpan<byte> Of(int status) => status switch
    {
        >= 200 and < 300 => "200|success"u8,
        400 => "3|deserial exception"u8,
        401 or 403 => "403|permission denied"u8,
        404 => "404|router unavailable"u8,
        408 or 504 => "504|timeout"u8,
        413 => "0|codec exception"u8,
        429 => "509|limit exceeded"u8,
        500 => "500|internal error"u8,
        502 => "502|no health upstream"u8,
        503 => "503|upstream overflow"u8,
        _ => "2|unknown"u8,
    };
}
