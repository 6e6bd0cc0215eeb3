using System.Buffers;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>
/// What one parameter of the query must be, decoded, so that spelling is no way around a rule. Immutable.
/// </summary>
/// <param name="name">Decoded.</param>
/// <param name="isInverted">The condition holds when it otherwise would not, a missing parameter included.</param>
internal sealed class QueryCondition(byte[] name, TextMatch match, bool isInverted) : RouteCondition
{
    private const int BytesOnStack = 256;

    public override bool Holds(StreamContext stream)
    {
        ReadOnlySpan<byte> query = stream.Request.Query;
        if (query.Length <= BytesOnStack)
        {
            return Takes(query, stackalloc byte[BytesOnStack]) != isInverted;
        }
        byte[] rented = ArrayPool<byte>.Shared.Rent(query.Length);
        bool isTaken = Takes(query, rented);
        ArrayPool<byte>.Shared.Return(rented);
        return isTaken != isInverted;
    }

    /// <param name="scratch">Room for the whole query.</param>
    private bool Takes(ReadOnlySpan<byte> query, Span<byte> scratch)
    {
        while (NameValuePairs.TryTake(ref query, (byte)'&', out ReadOnlySpan<byte> found, out ReadOnlySpan<byte> value))
        {
            if (Decoded(found, scratch).SequenceEqual(name))
            {
                return match.Takes(Decoded(value, scratch));
            }
        }
        return false;
    }

    private static ReadOnlySpan<byte> Decoded(ReadOnlySpan<byte> text, Span<byte> scratch) =>
        NameValuePairs.IsEncoded(text) ? scratch[..NameValuePairs.Decode(text, scratch)] : text;
}
