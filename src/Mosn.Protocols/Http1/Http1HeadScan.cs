namespace Mosn.Protocols.Http1;

/// <summary>Looks for the end of a head that comes in pieces, so that each byte is looked at once.</summary>
internal static class Http1HeadScan
{
    /// <summary>Looks at what came after the first <paramref name="scanned"/> bytes.</summary>
    /// <param name="isWhole">The empty line that ends the head was found.</param>
    /// <returns>What is wrong with the line ends or the control bytes on the way there.</returns>
    public static Http1Error FindEnd(ReadOnlySpan<byte> input, int scanned, out bool isWhole)
    {
        isWhole = false;

        // A carriage return at the end of the earlier bytes was left open; all else is found by looking back.
        int position = Math.Max(0, scanned - 1);
        while (true)
        {
            int skipped = input[position..].IndexOfAny(HttpSyntax.ControlBytes);
            if (skipped < 0)
            {
                return Http1Error.None;
            }
            position += skipped;
            if (input[position] == (byte)'\r')
            {
                if (position + 1 == input.Length)
                {
                    return Http1Error.None;
                }
                if (input[position + 1] != (byte)'\n')
                {
                    return Http1Error.BareCarriageReturn;
                }
                if (position >= 2 && input[position - 1] == (byte)'\n')
                {
                    isWhole = true;
                    return Http1Error.None;
                }
                position += 2;
            }
            else if (input[position] == (byte)'\n' && position > 0 && input[position - 1] == (byte)'\r')
            {
                position++;
            }
            else
            {
                return input[position] == (byte)'\n' ? Http1Error.BareLineFeed : Http1Error.ControlByte;
            }
        }
    }
}
