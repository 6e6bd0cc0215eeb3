namespace Mosn.Protocols.Http1;

/// <summary>Writes what surrounds the chunks of a body (RFC 9112 section 7.1).</summary>
public static class Http1ChunkWriter
{
    /// <summary>Bytes that certainly suffice for <see cref="WriteHeader"/>.</summary>
    public const int HeaderBytesMax = 16 + 2;

    /// <summary>Goes behind the bytes of each chunk.</summary>
    public static ReadOnlySpan<byte> Trailer => "\r\n"u8;

    /// <summary>Ends a body that has no trailers.</summary>
    public static ReadOnlySpan<byte> LastChunk => "0\r\n\r\n"u8;

    /// <summary>Writes what goes before the bytes of a chunk.</summary>
    /// <param name="length">Bytes of payload; not 0, which would end the body.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteHeader(long length, Span<byte> room)
    {
        Check.That(length > 0);
        ByteWriter writer = new(room);
        writer.WriteHex(length);
        writer.Write("\r\n"u8);
        return writer.Length;
    }

    /// <returns>Bytes that certainly suffice for <see cref="WriteLast"/>.</returns>
    public static int MaxLastLength(HeaderBlock? trailers) => LastChunk.Length + (trailers?.WireBytesMax ?? 0);

    /// <summary>Ends a body. Trailers that a recipient would refuse are left out.</summary>
    /// <param name="trailers">Null or empty: none.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteLast(HeaderBlock? trailers, Span<byte> room)
    {
        int at = Http1HeadWriter.Put(room, 0, "0\r\n"u8);
        if (trailers is not null)
        {
            foreach (ref readonly HeaderField field in trailers.Fields)
            {
                if ((HeaderBlock.Bit(field.Known) & Http1Trailers.ForbiddenMask) == 0)
                {
                    at = Http1HeadWriter.PutLine(room, at, trailers.Bytes, field);
                }
            }
        }
        return Http1HeadWriter.Put(room, at, "\r\n"u8);
    }
}
