using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Mosn.Proxy.Routing;

/// <summary>
/// Compares keys that are bytes, so that a table of them can be asked with a span. For keys that the operator chose: the
/// hash is quick and has no secret.
/// </summary>
internal sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
    private const ulong CaseBits = 0x2020_2020_2020_2020;

    private readonly bool _ignoresCase;
    private readonly ulong _fold;

    private BytesComparer(bool ignoresCase)
    {
        _ignoresCase = ignoresCase;
        _fold = ignoresCase ? CaseBits : 0;
    }

    public static BytesComparer Exact { get; } = new(ignoresCase: false);

    /// <summary>Letters of ASCII are equal in both cases; what is not ASCII is equal to nothing.</summary>
    public static BytesComparer AnyCase { get; } = new(ignoresCase: true);

    public bool Equals(byte[]? x, byte[]? y) => ReferenceEquals(x, y) || (x is not null && y is not null && Equals(x.AsSpan(), y));

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) =>
        _ignoresCase ? Ascii.EqualsIgnoreCase(alternate, other) : alternate.SequenceEqual(other);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        ulong hash = (ulong)alternate.Length * Multiplier;
        ReadOnlySpan<byte> rest = alternate;
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(rest) | _fold);
        }
        ulong last = 0;
        foreach (byte value in rest)
        {
            last = (last << 8) | value;
        }
        hash = Mix(hash, last | _fold);
        return (int)(hash ^ (hash >> 32));
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    private static ulong Mix(ulong hash, ulong word) => (BitOperations.RotateLeft(hash, 27) ^ word) * Multiplier;
}
