using System.Buffers.Text;

namespace Mosn.Protocols.Tars;

/// <summary>The status of a packet: a map of texts at its end. An answer of TUP says in there what became of the call.</summary>
internal static class TarsStatus
{
    private const int StatusTag = 10;

    /// <summary>The name of the result, a number in digits.</summary>
    public static ReadOnlySpan<byte> ResultCode => "STATUS_RESULT_CODE"u8;

    /// <summary>The result of an answer that is built like a request. One that says nothing of it is a success, as peers have it.</summary>
    /// <param name="start">Where the packet's content begins.</param>
    public static int ResultOf(ReadOnlySpan<byte> packet, int start)
    {
        TarsReader reader = new(packet, start);
        while (!reader.IsAtEnd && reader.TryReadHead(out int tag, out TarsType type) && tag <= StatusTag)
        {
            if (tag == StatusTag)
            {
                return type == TarsType.Map ? ReadResult(ref reader) : (int)TarsResult.Success;
            }
            if (!reader.TrySkip(type))
            {
                break;
            }
        }
        return (int)TarsResult.Success;
    }

    private static int ReadResult(ref TarsReader reader)
    {
        reader.TryReadCount(out int count);
        for (int i = 0; i < count; i++)
        {
            if (!reader.TryReadText(0, out ReadOnlySpan<byte> name) || !reader.TryReadText(1, out ReadOnlySpan<byte> value))
            {
                break;
            }
            if (name.SequenceEqual(ResultCode))
            {
                return Utf8Parser.TryParse(value, out int result, out int length) && length == value.Length
                    ? result
                    : (int)TarsResult.Unknown;
            }
        }
        return (int)TarsResult.Success;
    }
}
