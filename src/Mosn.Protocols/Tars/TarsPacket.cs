using System.Buffers.Binary;

namespace Mosn.Protocols.Tars;

/// <summary>
/// The fields that a packet begins with, up to its buffer. A request names servant and function; a response has a result
/// instead, unless it is one of TUP, which is built like a request.
/// </summary>
internal ref struct TarsPacket
{
    /// <summary>Bytes of the length before the first field, which counts itself.</summary>
    public const int LengthSize = 4;

    private const int VersionTag = 1;
    private const int TypeTag = 2;
    private const int ResponseIdTag = 3;
    private const int RequestIdTag = 4;
    private const int ServantOrResultTag = 5;
    private const int FunctionTag = 6;

    private bool _hasResponseId;

    /// <summary>1: TARS; 2 and 3: TUP.</summary>
    public int Version { get; private set; }

    /// <summary>0: the caller wants an answer; 1: it does not.</summary>
    public int Type { get; private set; }

    public int Id { get; private set; }

    /// <summary>It names a servant and a function.</summary>
    public bool IsRequest { get; private set; }

    public int Result { get; private set; }

    public ReadOnlySpan<byte> Servant { get; private set; }

    public ReadOnlySpan<byte> Function { get; private set; }

    /// <summary>Where the buffer's field begins.</summary>
    public int HeadLength { get; private set; }

    public readonly bool IsTup => Version is 2 or 3;

    /// <summary>
    /// False: the fields are not all there, or not what they must be. If bytes end with the head, it has been read all the same.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out TarsPacket packet)
    {
        packet = default;
        TarsPacket read = default;
        TarsReader reader = new(bytes, LengthSize);
        int? requestId = null;
        int last = 0;
        while (true)
        {
            read.HeadLength = reader.Position;
            if (!reader.TryReadHead(out int tag, out TarsType type))
            {
                read.Accept(requestId);
                packet = read;
                return false;
            }
            if (tag <= last)
            {
                return false; // Fields stand in the order of their tags, each once: a second one could be read by others.
            }
            last = tag;
            int buffer = read.IsRequest ? FunctionTag + 1 : ServantOrResultTag + 1;
            if (tag >= buffer)
            {
                bool hasId = read.Accept(requestId);
                packet = read;
                return hasId && tag == buffer;
            }
            if (!read.TryTake(ref reader, tag, type, ref requestId))
            {
                return false;
            }
        }
    }

    /// <summary>Writes the head with another id, and other names if there are some.</summary>
    /// <param name="names">Whether servant and function are to be replaced, in a request.</param>
    /// <returns>Bytes written. The length at the start is not set.</returns>
    public static int Rewrite(
        ReadOnlySpan<byte> head, bool isRequest, int id, bool names, ReadOnlySpan<byte> servant, ReadOnlySpan<byte> function,
        Span<byte> room)
    {
        ByteWriter writer = new(room);
        writer.Write(head[..LengthSize]);
        TarsReader reader = new(head, LengthSize);
        while (!reader.IsAtEnd)
        {
            int start = reader.Position;
            if (!reader.TryReadHead(out int tag, out TarsType type) || !reader.TrySkip(type))
            {
                break; // It was read before, and was sound.
            }
            if (tag == (isRequest ? RequestIdTag : ResponseIdTag))
            {
                writer.WriteInt(tag, id);
            }
            else if (names && isRequest && tag is ServantOrResultTag or FunctionTag)
            {
                writer.WriteText(tag, tag == FunctionTag ? function : servant);
            }
            else
            {
                writer.Write(head[start..reader.Position]);
            }
        }
        return writer.Length;
    }

    /// <summary>Settles whose id it is. False: there is none, and so nothing that another could be written for.</summary>
    private bool Accept(int? requestId)
    {
        Id = IsRequest ? requestId ?? 0 : Id;
        return IsRequest ? requestId is not null : _hasResponseId;
    }

    private bool TryTake(scoped ref TarsReader reader, int tag, TarsType type, scoped ref int? requestId)
    {
        int number;
        switch (tag)
        {
            case VersionTag:
                bool isVersion = reader.TryReadInt(type, out number);
                Version = number;
                return isVersion;
            case TypeTag:
                bool isType = reader.TryReadInt(type, out number);
                Type = number;
                return isType;
            case ResponseIdTag:
                bool isResponseId = reader.TryReadInt(type, out number);
                Id = number;
                _hasResponseId = true;
                return isResponseId;
            case RequestIdTag:
                bool isRequestId = reader.TryReadInt(type, out number);
                requestId = number;
                return isRequestId;
            case ServantOrResultTag:
                IsRequest = type is TarsType.String1 or TarsType.String4;
                if (IsRequest)
                {
                    bool isServant = reader.TryReadText(type, out ReadOnlySpan<byte> servant);
                    Servant = servant;
                    return isServant;
                }
                bool isResult = reader.TryReadInt(type, out number);
                Result = number;
                return isResult;
            case FunctionTag:
                bool isFunction = reader.TryReadText(type, out ReadOnlySpan<byte> function);
                Function = function;
                return isFunction;
            default:
                return reader.TrySkip(type);
        }
    }
}
