namespace Mosn.Protocols.Grpc;

/// <summary>
/// Values of <c>grpc-message</c>: UTF-8 of which all but printable ASCII, and the percent sign, is percent-encoded (gRPC,
/// <c>doc/PROTOCOL-HTTP2.md</c>).
/// </summary>
public static class GrpcMessageText
{
    /// <summary>Bytes of a text that are written; more is cut off, as a field is no place for a page.</summary>
    public const int TextBytesMax = 1024;

    /// <summary>Bytes that a text takes at most.</summary>
    public const int LengthMax = 3 * TextBytesMax;

    /// <summary>Writes what is a valid value of a field, whatever the bytes are.</summary>
    /// <param name="into">Room for three times as many bytes, or for <see cref="LengthMax"/>.</param>
    public static int Write(ReadOnlySpan<byte> text, Span<byte> into)
    {
        if (text.Length > TextBytesMax)
        {
            text = text[..LengthOfWhole(text)];
        }
        int written = 0;
        for (int i = 0; i < text.Length; i++)
        {
            // A blank at either end would be taken for one around the value.
            byte value = text[i];
            bool isPlain = value is > (byte)' ' and <= (byte)'~' ? value != '%' : value == ' ' && i > 0 && i < text.Length - 1;
            if (isPlain)
            {
                into[written++] = value;
                continue;
            }
            into[written++] = (byte)'%';
            into[written++] = Hex(value >> 4);
            into[written++] = Hex(value & 15);
        }
        return written;
    }

    /// <summary>Where to cut, so that no character is divided; of what is no UTF-8, anywhere.</summary>
    private static int LengthOfWhole(ReadOnlySpan<byte> text)
    {
        int length = TextBytesMax;
        while (length > TextBytesMax - 3 && (text[length] & 0xC0) == 0x80)
        {
            length--;
        }
        return length;
    }

    private static byte Hex(int digit) => (byte)"0123456789ABCDEF"[digit];
}
