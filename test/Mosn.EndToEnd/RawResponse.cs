namespace Mosn.EndToEnd;

/// <summary>An HTTP/1 response as it came over the wire.</summary>
/// <param name="Head">Status line and headers, each line with its end, without the empty line.</param>
/// <param name="Body">The payload, each byte a character, without the chunks' framing.</param>
/// <param name="Trailers">Lines after the last chunk, each with its end.</param>
internal sealed record RawResponse(string Head, string Body, string Trailers)
{
    public int Status => int.Parse(Head.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The header's value; null without the header. The name in any case.</summary>
    public string? Header(string name) => Head.Split("\r\n")
        .Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();

    public bool Has(string line) => ("\r\n" + Head).Contains($"\r\n{line}\r\n", StringComparison.Ordinal);
}
