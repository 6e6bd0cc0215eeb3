using System.Text;

namespace Mosn.Proxy.Filters;

/// <summary>
/// Strings of the values that requests repeat, so that only a new value allocates. A bounded table in which a value takes
/// the place of another one of the same hash. Belongs to one loop.
/// </summary>
internal sealed class TextCache
{
    private const int SlotCount = 256;
    private const int LengthMax = 128;

    private readonly (byte[] Utf8, string Text)[] _slots = new (byte[], string)[SlotCount];

    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LengthMax)
        {
            return Encoding.UTF8.GetString(utf8);
        }
        HashCode hash = new();
        hash.AddBytes(utf8);
        ref (byte[]? Utf8, string Text) slot = ref _slots[(uint)hash.ToHashCode() % SlotCount]!;
        if (slot.Utf8 is null || !utf8.SequenceEqual(slot.Utf8))
        {
            slot = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        }
        return slot.Text;
    }
}
