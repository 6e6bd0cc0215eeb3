using Mosn.Protocols.Dubbo;

namespace Mosn.Fuzz;

/// <summary>Values of Hessian 2, one after the other, as the arguments of a call are passed over.</summary>
internal sealed class HessianTarget : IFuzzTarget
{
    public string Name => "hessian";

    public void Run(FuzzInput input)
    {
        ReadOnlySpan<byte> bytes = input.Rest;
        Hessian2Reader reader = new(bytes);
        Hessian2Shapes shapes = default;
        while (!reader.IsAtEnd)
        {
            int start = reader.Position;
            if (reader.IsAtText())
            {
                Oracle.Same(ReadsText(bytes[start..], out int length), Skips(bytes[start..], out int skipped), "a text");
                Oracle.That(length == 0 || length == skipped, "a text is as long when it is passed over");
            }
            if (!reader.TrySkip(ref shapes))
            {
                return;
            }
            Oracle.That(reader.Position > start && reader.Position <= bytes.Length, "a value has bytes");
        }
    }

    /// <summary>Reads a text and writes it again, which must give one that reads the same.</summary>
    private static bool ReadsText(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        Hessian2Reader reader = new(bytes);
        if (!reader.TryReadText(out ReadOnlySpan<byte> text, out _))
        {
            return false;
        }
        length = reader.Position;
        byte[] room = new byte[Hessian2Text.MaxLength(text.Length)];
        Hessian2Reader again = new(room.AsSpan(0, Hessian2Text.Write(text, room)));
        Oracle.That(again.TryReadText(out ReadOnlySpan<byte> same, out _) && again.IsAtEnd, "a text that was written");
        Oracle.Same(text, same, "a text that was written");
        return true;
    }

    private static bool Skips(ReadOnlySpan<byte> bytes, out int length)
    {
        Hessian2Reader reader = new(bytes);
        Hessian2Shapes shapes = default;
        bool isSound = reader.TrySkip(ref shapes);
        length = reader.Position;
        return isSound;
    }
}
