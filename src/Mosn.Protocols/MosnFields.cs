namespace Mosn.Protocols;

/// <summary>
/// What a message of HTTP says beside its fields, as fields of an RPC protocol: under the names that MOSN's variables have, so
/// that one proxy can make of a call what another had before it.
/// </summary>
public static class MosnFields
{
    public static ReadOnlySpan<byte> Method => "x-mosn-method"u8;

    public static ReadOnlySpan<byte> Path => "x-mosn-path"u8;

    /// <summary>Without the question mark.</summary>
    public static ReadOnlySpan<byte> Query => "x-mosn-querystring"u8;

    /// <summary>Three digits; absent: 200, or what the protocol's own status stands for.</summary>
    public static ReadOnlySpan<byte> Status => "x-mosn-status"u8;

    /// <summary>The status that a text says, if it is a final one and agrees with what the protocol's own stands for.</summary>
    /// <param name="known">Of HTTP: 200 for a success of any kind.</param>
    /// <returns>Else <paramref name="known"/>.</returns>
    public static int StatusOf(ReadOnlySpan<byte> text, int known)
    {
        if (text.Length != 3 || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return known;
        }
        int status = ((text[0] - '0') * 100) + ((text[1] - '0') * 10) + (text[2] - '0');
        bool isSuccess = status is >= 200 and < 300;
        return status is >= 200 and <= 599 && isSuccess == (known == 200) ? status : known;
    }
}
