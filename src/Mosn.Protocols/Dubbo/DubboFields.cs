using System.Text;
using Mosn.Protocols.Frames;

namespace Mosn.Protocols.Dubbo;

/// <summary>
/// The fields of a Dubbo call: protocol version, path, service version and method, which come first in its payload, and the
/// attachments, which come last, behind the arguments.
/// </summary>
internal static class DubboFields
{
    /// <summary>Arguments that one call may have.</summary>
    private const int ArgumentCountMax = 1024;

    /// <summary>Reads the four texts that a call begins with.</summary>
    /// <returns>Bytes they take; 0: they are not there.</returns>
    public static int ReadNames(ReadOnlySpan<byte> payload, out DubboNames names)
    {
        Hessian2Reader reader = new(payload);
        bool isSound = reader.TryReadText(out ReadOnlySpan<byte> protocol, out bool isNullProtocol)
            & reader.TryReadText(out ReadOnlySpan<byte> service, out bool isNullService)
            & reader.TryReadText(out ReadOnlySpan<byte> version, out bool isNullVersion)
            & reader.TryReadText(out ReadOnlySpan<byte> method, out bool isNullMethod);
        names = new DubboNames(protocol, service, version, method) { IsVersionNull = isNullVersion };
        return isSound && !isNullProtocol && !isNullService && !isNullMethod ? reader.Position : 0;
    }

    /// <summary>
    /// Reads the attachments that are texts and could be fields, except those that have the name of one of the four, which
    /// they follow.
    /// </summary>
    /// <param name="payload">Of the call, behind the four texts.</param>
    /// <returns>Bytes of the attachments, which end the payload; 0: they were not found.</returns>
    public static int ReadAttachments(ReadOnlySpan<byte> payload, HeaderBlock fields)
    {
        Hessian2Reader reader = new(payload);
        Hessian2Shapes shapes = default;
        int start = FindAttachments(ref reader, ref shapes);
        if (start < 0)
        {
            return 0;
        }
        int fieldCount = fields.Count;
        if (!TryReadMap(ref reader, ref shapes, fields))
        {
            while (fields.Count > fieldCount)
            {
                fields.RemoveAt(fields.Count - 1);
            }
            return 0;
        }
        return payload.Length - start;
    }

    /// <summary>Writes the attachments as the fields say; what could not be a field stays as it was.</summary>
    /// <param name="attachments">As they were received, and sound.</param>
    public static int WriteAttachments(ReadOnlySpan<byte> attachments, HeaderBlock fields, Span<byte> room)
    {
        int at = 0;
        int next = 0; // The fields before it are written.
        Hessian2Reader reader = new(attachments);
        Hessian2Shapes shapes = default;
        if (reader.TryReadNull())
        {
            room[at++] = (byte)'H';
        }
        else if (reader.TryBeginMap(ref shapes))
        {
            attachments[..reader.Position].CopyTo(room);
            at = reader.Position;
            at += WriteOld(attachments, ref reader, fields, room[at..], ref next);
        }
        for (; next < fields.Count; next++)
        {
            at += WriteNew(fields, next, room[at..]);
        }
        room[at++] = (byte)'Z';
        return at;
    }

    /// <summary>True for the fields that do not come from the attachments.</summary>
    public static bool IsName(ReadOnlySpan<byte> name) => name.Length switch
    {
        5 => Ascii.EqualsIgnoreCase(name, "dubbo"u8),
        6 => Ascii.EqualsIgnoreCase(name, "method"u8),
        7 => Ascii.EqualsIgnoreCase(name, "service"u8) || Ascii.EqualsIgnoreCase(name, "version"u8),
        _ => false,
    };

    /// <summary>
    /// True for what no attachment is looked at for: what filters of MOSN say to each other. To look would mean that each
    /// call is read to its end.
    /// </summary>
    public static bool IsForeign(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> start = "x-mosn-"u8;
        return name.Length > start.Length && Ascii.EqualsIgnoreCase(name[..start.Length], start);
    }

    /// <summary>True if an attachment of that name is no field, and goes on as it came.</summary>
    private static bool IsHidden(ReadOnlySpan<byte> name) => IsName(name) || IsForeign(name);

    /// <returns>Where the attachments begin; -1: an argument is not sound, or there are too many.</returns>
    private static int FindAttachments(ref Hessian2Reader reader, ref Hessian2Shapes shapes)
    {
        if (!reader.TryReadText(out ReadOnlySpan<byte> descriptor, out _))
        {
            return -1;
        }
        int count = CountArguments(descriptor);
        for (int i = 0; i < count; i++)
        {
            if (!reader.TrySkip(ref shapes))
            {
                return -1;
            }
        }
        return count < 0 ? -1 : reader.Position;
    }

    private static bool TryReadMap(ref Hessian2Reader reader, ref Hessian2Shapes shapes, HeaderBlock fields)
    {
        if (reader.TryReadNull())
        {
            return reader.IsAtEnd;
        }
        if (!reader.TryBeginMap(ref shapes))
        {
            return false;
        }
        while (!reader.TryEnd())
        {
            if (!reader.IsAtText())
            {
                if (!reader.TrySkip(ref shapes) || !reader.TrySkip(ref shapes))
                {
                    return false;
                }
                continue;
            }
            if (!reader.TryReadText(out ReadOnlySpan<byte> name, out _))
            {
                return false;
            }
            if (!reader.IsAtText())
            {
                if (!reader.TrySkip(ref shapes))
                {
                    return false;
                }
                continue;
            }
            if (!reader.TryReadText(out ReadOnlySpan<byte> value, out _))
            {
                return false;
            }
            if (!IsHidden(name))
            {
                fields.TryAdd(name, value); // One that is no field of HTTP is passed on, and nobody sees it.
            }
        }
        return reader.IsAtEnd;
    }

    /// <summary>Writes what was there, without what is gone, and before each field those that stand before it and are new.</summary>
    private static int WriteOld(
        ReadOnlySpan<byte> attachments, ref Hessian2Reader reader, HeaderBlock fields, Span<byte> room, ref int next)
    {
        int at = 0;
        Hessian2Shapes shapes = default;
        while (!reader.TryEnd() && !reader.IsAtEnd)
        {
            int start = reader.Position;
            bool isText = reader.IsAtText();
            ReadOnlySpan<byte> name = default;
            bool isSound = isText ? reader.TryReadText(out name, out _) : reader.TrySkip(ref shapes);
            bool isField = isText && reader.IsAtText();
            ReadOnlySpan<byte> value = default;
            isSound &= isField ? reader.TryReadText(out value, out _) : reader.TrySkip(ref shapes);
            if (!isSound)
            {
                break; // It was read before, and was sound.
            }
            if (!isField || IsHidden(name) || !HttpSyntax.IsToken(name) || !HttpSyntax.IsFieldValue(value))
            {
                ReadOnlySpan<byte> old = attachments[start..reader.Position];
                old.CopyTo(room[at..]);
                at += old.Length;
                continue;
            }
            int index = fields.IndexOf(name, next);
            for (; index >= 0 && next <= index; next++)
            {
                at += WriteNew(fields, next, room[at..]);
            }
        }
        return at;
    }

    private static int WriteNew(HeaderBlock fields, int index, Span<byte> room)
    {
        if (IsHidden(fields.Name(index)))
        {
            return 0;
        }
        int name = Hessian2Text.Write(fields.Name(index), room);
        int value = Hessian2Text.Write(fields.Value(index), room[name..]);
        return name > 0 && value > 0 ? name + value : 0;
    }

    /// <summary>Counts the parameters of a descriptor as the JVM writes them; -1: it is none.</summary>
    internal static int CountArguments(ReadOnlySpan<byte> descriptor)
    {
        int count = 0;
        while (!descriptor.IsEmpty)
        {
            byte first = descriptor[0];
            int length = 1;
            if (first == (byte)'L')
            {
                length = descriptor.IndexOf((byte)';') + 1;
            }
            else if (first != (byte)'[' && !"VZBCDFIJS"u8.Contains(first))
            {
                return -1;
            }
            if (length == 0 || count == ArgumentCountMax)
            {
                return -1;
            }
            count += first == (byte)'[' ? 0 : 1;
            descriptor = descriptor[length..];
        }
        return count;
    }
}
