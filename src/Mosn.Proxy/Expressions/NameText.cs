using System.Globalization;
using System.Text;

namespace Mosn.Proxy.Expressions;

/// <summary>DNS names and mail addresses in the form in which they can be compared byte by byte.</summary>
internal static class NameText
{
    private const int NameLengthMax = 253;
    private const int LabelLengthMax = 63;
    private const int MailLengthMax = 320;

    /// <summary>Lower case, labels beyond ASCII in their xn-- form (RFC 5891). Only the latter allocates.</summary>
    public static bool ToDnsName(scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (text.Length > NameLengthMax)
        {
            return evaluation.Fail(EvaluationFault.BadText);
        }
        if (!Ascii.IsValid(text))
        {
            if (ToAscii(text) is not { } ascii)
            {
                return evaluation.Fail(EvaluationFault.BadText);
            }
            text = ascii;
        }
        if (!IsName(text))
        {
            return evaluation.Fail(EvaluationFault.BadText);
        }
        return TextFunctions.ToLower(ref evaluation, text, out value);
    }

    /// <summary>
    /// <c>local@domain</c>, also from the form <c>Name &lt;local@domain&gt;</c>: the domain as a DNS name, the local part
    /// as it is.
    /// </summary>
    public static bool ToEmail(scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, out ReadOnlySpan<byte> value)
    {
        value = default;
        text = text.Trim(" \t"u8);
        if (text is [.., (byte)'>'] && text.IndexOf((byte)'<') is >= 0 and int open)
        {
            text = text[(open + 1)..^1];
        }
        int at = text.LastIndexOf((byte)'@');
        if (at < 1 || text.Length > MailLengthMax || !IsLocalPart(text[..at])
            || !ToDnsName(ref evaluation, text[(at + 1)..], out ReadOnlySpan<byte> domain))
        {
            return evaluation.Fail(EvaluationFault.BadText);
        }
        if (!evaluation.TryRent(at + 1 + domain.Length, out Span<byte> address))
        {
            return false;
        }
        text[..(at + 1)].CopyTo(address);
        domain.CopyTo(address[(at + 1)..]);
        value = address;
        return true;
    }

    /// <summary>Labels of letters, digits and hyphens, no hyphen at an end (RFC 1123 section 2.1).</summary>
    private static bool IsName(ReadOnlySpan<byte> name)
    {
        int labelStart = 0;
        for (int i = 0; i <= name.Length; i++)
        {
            if (i < name.Length && name[i] != '.')
            {
                if (!char.IsAsciiLetterOrDigit((char)name[i]) && name[i] != '-')
                {
                    return false;
                }
                continue;
            }
            ReadOnlySpan<byte> label = name[labelStart..i];
            if (label.Length is 0 or > LabelLengthMax || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }
            labelStart = i + 1;
        }
        return true;
    }

    /// <summary>RFC 5322's dot-atom, and what lies beyond ASCII.</summary>
    private static bool IsLocalPart(ReadOnlySpan<byte> local)
    {
        if (local is [(byte)'.', ..] or [.., (byte)'.'] || local.IndexOf(".."u8) >= 0)
        {
            return false;
        }
        foreach (byte part in local)
        {
            if (part < 0x80 && !char.IsAsciiLetterOrDigit((char)part) && !".!#$%&'*+-/=?^_`{|}~"u8.Contains(part))
            {
                return false;
            }
        }
        return true;
    }

    private static byte[]? ToAscii(ReadOnlySpan<byte> name)
    {
        try
        {
            IdnMapping mapping = new() { UseStd3AsciiRules = true };
            return Encoding.ASCII.GetBytes(mapping.GetAscii(Encoding.UTF8.GetString(name).ToLowerInvariant()));
        }
        catch (ArgumentException)
        {
            return null; // The framework has no form of this that answers instead of throwing.
        }
    }
}
