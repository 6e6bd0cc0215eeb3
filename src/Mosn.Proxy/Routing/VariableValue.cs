using System.Buffers;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Routing;

/// <summary>A variable whose value routing uses: as the value of a header, in a condition, or as a name.</summary>
/// <param name="clocks">Format times on each loop.</param>
internal sealed class VariableValue(VariableWriter<StreamContext> writer, LoopLocal<LogClock> clocks)
{
    /// <summary>Bytes that a value may have in a header; a longer one is cut.</summary>
    public const int LengthMax = LogLineWriter.ValueLengthMax;

    /// <summary>Bytes that a value may have in a condition: no head is larger.</summary>
    private const int ReadLengthMax = 1024 * 1024;

    /// <summary>Writes the value: nothing if the variable has none, control characters escaped.</summary>
    /// <returns>False: there may be more than fits, so what was written may be cut.</returns>
    public bool TryWrite(StreamContext stream, Span<byte> into, out int written)
    {
        LogLineWriter line = new(into, clocks.On(stream.Loop));
        writer(stream, ref line);
        written = line.IsUnset ? 0 : line.Length;
        return line.Length < into.Length;
    }

    /// <summary>Reads the value, whole and as it is. False: the variable has none.</summary>
    /// <param name="scratch">Where the value is put if it is short enough.</param>
    /// <param name="rented">From the shared pool, for the caller to return; null: the scratch sufficed.</param>
    public bool TryRead(StreamContext stream, Span<byte> scratch, ref byte[]? rented, out ReadOnlySpan<byte> value)
    {
        Span<byte> room = scratch;
        while (true)
        {
            LogLineWriter line = LogLineWriter.ForValue(room, clocks.On(stream.Loop));
            writer(stream, ref line);
            if (line.Length < room.Length || room.Length >= ReadLengthMax)
            {
                value = room[..line.Length];
                return !line.IsUnset && line.Length < room.Length;
            }
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
            rented = ArrayPool<byte>.Shared.Rent(8 * room.Length);
            room = rented;
        }
    }
}
