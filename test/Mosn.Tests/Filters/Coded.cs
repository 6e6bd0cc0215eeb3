using System.Globalization;
using System.IO.Compression;
using System.Text;
using ZstdSharp;

namespace Mosn.Tests.Filters;

/// <summary>Bodies in content codings, made and read by others than the code under test.</summary>
internal static class Coded
{
    public static byte[] Encode(string coding, byte[] body)
    {
        if (coding == "zstd")
        {
            using Compressor compressor = new();
            return compressor.Wrap(body).ToArray();
        }
        using MemoryStream made = new();
        using (Stream coder = coding == "br"
            ? new BrotliStream(made, CompressionLevel.Fastest, leaveOpen: true)
            : new GZipStream(made, CompressionLevel.Fastest, leaveOpen: true))
        {
            coder.Write(body);
        }
        return made.ToArray();
    }

    public static byte[] Decode(string coding, byte[] body)
    {
        if (coding == "zstd")
        {
            using DecompressionStream zstd = new(new MemoryStream(body));
            return ReadAll(zstd);
        }
        using MemoryStream input = new(body);
        using Stream coder = coding == "br"
            ? new BrotliStream(input, CompressionMode.Decompress)
            : new GZipStream(input, CompressionMode.Decompress);
        return ReadAll(coder);
    }

    /// <summary>The body of the first chunked message in a text; what of it is there.</summary>
    public static byte[] Unchunk(string message)
    {
        Assert.Contains("\r\nTransfer-Encoding: chunked\r\n", message);
        string rest = message[(message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        StringBuilder body = new();
        while (rest.Length > 0)
        {
            int end = rest.IndexOf("\r\n", StringComparison.Ordinal);
            int length = int.Parse(rest[..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0)
            {
                break;
            }
            body.Append(rest.AsSpan(end + 2, length));
            rest = rest[(end + 4 + length)..];
        }
        return Encoding.Latin1.GetBytes(body.ToString());
    }

    /// <summary>Text that compresses about as pages do.</summary>
    public static byte[] Page(Random random, int length)
    {
        byte[] page = new byte[length];
        for (int i = 0; i < length; i++)
        {
            page[i] = (byte)('a' + (i % 97 < 60 ? i % 7 : random.Next(26)));
        }
        return page;
    }

    private static byte[] ReadAll(Stream stream)
    {
        using MemoryStream all = new();
        stream.CopyTo(all);
        return all.ToArray();
    }
}
