using System.Buffers.Text;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>How a value is looked at.</summary>
internal enum TextTest : byte
{
    /// <summary>It is the text.</summary>
    Exact,

    /// <summary>The pattern is found in it.</summary>
    Pattern,

    /// <summary>It is there.</summary>
    Present,

    /// <summary>It is not empty.</summary>
    NonEmpty,
    Prefix,
    Suffix,
    Contains,

    /// <summary>It is a whole number from start to end, the end not included.</summary>
    Range,

    /// <summary>Nothing will do.</summary>
    Never,
}

/// <summary>A test of one value. Immutable.</summary>
/// <param name="Text">Bytes, compared one by one.</param>
/// <param name="Pattern">Given for <see cref="TextTest.Pattern"/> only.</param>
internal sealed record TextMatch(TextTest Test, byte[] Text, BytePattern? Pattern = null, long Start = 0, long End = 0)
{
    public bool Takes(ReadOnlySpan<byte> value) => Test switch
    {
        TextTest.Exact => value.SequenceEqual(Text),
        TextTest.Pattern => Pattern!.IsMatch(value),
        TextTest.Present => true,
        TextTest.NonEmpty => !value.IsEmpty,
        TextTest.Prefix => value.StartsWith(Text),
        TextTest.Suffix => value.EndsWith(Text),
        TextTest.Contains => value.IndexOf(Text) >= 0,
        TextTest.Range => Utf8Parser.TryParse(value, out long number, out int read)
            && read == value.Length && number >= Start && number < End,
        _ => false,
    };
}
