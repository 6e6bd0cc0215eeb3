namespace Mosn.Fuzz;

/// <summary>The bytes of one run: first those that choose what is done, then those that are read.</summary>
internal ref struct FuzzInput(ReadOnlySpan<byte> bytes)
{
    /// <summary>What no choice has taken.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    /// <summary>0 to <paramref name="count"/> - 1; 0 when there are no bytes left.</summary>
    public int Choose(int count)
    {
        if (Rest.IsEmpty)
        {
            return 0;
        }
        int choice = Rest[0] % count;
        Rest = Rest[1..];
        return choice;
    }

    /// <summary>The next bytes, or what there is of them.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> taken = Rest[..Math.Min(count, Rest.Length)];
        Rest = Rest[taken.Length..];
        return taken;
    }

    /// <summary>How many bytes arrive at a time, derived from the bytes themselves, so that a run can be repeated.</summary>
    public readonly Splits Splits() => new(Rest);
}
