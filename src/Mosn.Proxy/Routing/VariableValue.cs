using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Routing;

/// <summary>A variable as the value of a header.</summary>
/// <param name="clocks">Format times on each loop.</param>
internal sealed class VariableValue(VariableWriter<StreamContext> writer, LoopLocal<LogClock> clocks)
{
    /// <summary>Bytes that a value may have; a longer one is cut.</summary>
    public const int LengthMax = LogLineWriter.ValueLengthMax;

    /// <summary>Writes the value: nothing if the variable has none, control characters escaped.</summary>
    /// <returns>False: there may be more than fits, so what was written may be cut.</returns>
    public bool TryWrite(StreamContext stream, Span<byte> into, out int written)
    {
        LogLineWriter line = new(into, clocks.On(stream.Loop));
        writer(stream, ref line);
        written = line.IsUnset ? 0 : line.Length;
        return line.Length < into.Length;
    }
}
