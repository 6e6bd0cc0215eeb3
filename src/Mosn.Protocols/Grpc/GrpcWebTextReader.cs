using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Mosn.Protocols.Grpc;

/// <summary>
/// Decodes a body of <c>application/grpc-web-text</c>: base64 in any split, padded wherever its sender flushed (gRPC,
/// <c>doc/PROTOCOL-WEB.md</c>). Strict: no white space, no other alphabet, no bits that mean nothing.
/// </summary>
public struct GrpcWebTextReader
{
    private const int QuantumLength = 4;

    /// <summary>Bytes that four digits stand for; the least room that <see cref="TryRead"/> needs.</summary>
    public const int RoomMin = 3;

    private static readonly SearchValues<byte> s_notDigits = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Select(static value => (byte)value)
            .Where(static value => !char.IsAsciiLetterOrDigit((char)value) && value is not ((byte)'+' or (byte)'/'))]);

    private Quantum _held;
    private int _heldCount;

    /// <summary>True if nothing is missing of what was begun: the body may end here.</summary>
    public readonly bool IsWhole => _heldCount == 0;

    /// <summary>Decodes as much of the input as there is room for.</summary>
    /// <param name="input">What was taken is cut off.</param>
    /// <param name="room">At least <see cref="RoomMin"/> bytes.</param>
    /// <param name="length">Bytes written.</param>
    /// <returns>False: this is not base64; the body is of no use.</returns>
    public bool TryRead(ref ReadOnlySpan<byte> input, scoped Span<byte> room, out int length)
    {
        length = 0;
        while (!input.IsEmpty && room.Length - length >= RoomMin)
        {
            if (_heldCount == 0 && WholeQuanta(input, room.Length - length) is > 0 and int run)
            {
                // Digits alone, so it can neither fail nor skip anything.
                Base64.DecodeFromUtf8(input[..run], room[length..], out _, out int written, isFinalBlock: false);
                length += written;
                input = input[run..];
                continue;
            }
            _held[_heldCount++] = input[0];
            input = input[1..];
            if (_heldCount == QuantumLength)
            {
                if (!TryReadHeld(room[length..], out int written))
                {
                    return false;
                }
                length += written;
                _heldCount = 0;
            }
        }
        return true;
    }

    private static int WholeQuanta(ReadOnlySpan<byte> input, int room)
    {
        input = input[..Math.Min(input.Length, room / 3 * QuantumLength)];
        int end = input.IndexOfAny(s_notDigits);
        return (end < 0 ? input.Length : end) & ~(QuantumLength - 1);
    }

    /// <summary>Four bytes that may be padded, or wrong.</summary>
    private readonly bool TryReadHeld(Span<byte> room, out int length)
    {
        // It looks itself whether the bits behind the last byte are zero; white space it would skip.
        OperationStatus status = Base64.DecodeFromUtf8(_held, room, out int consumed, out length);
        return status == OperationStatus.Done && consumed == QuantumLength && length > 0;
    }

    [InlineArray(QuantumLength)]
    private struct Quantum
    {
        private byte _first;
    }
}
