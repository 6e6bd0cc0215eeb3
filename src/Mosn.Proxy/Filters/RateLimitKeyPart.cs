using System.Buffers;
using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// A part of the key of a rate limit. What a request lacks counts as empty: leaving a header out is no way around the limit.
/// </summary>
internal sealed record RateLimitKeyPart(RateLimitKeyType Type, byte[] Name, VariableWriter<StreamContext>? Variable)
{
    /// <summary>Bytes of a variable that count.</summary>
    private const int VariableLengthMax = 512;

    public static RateLimitKeyPart Compile(RateLimitKeyConfig key) => new(
        key.Type,
        Encoding.UTF8.GetBytes(key.Name.ToLowerInvariant()),
        key.Type == RateLimitKeyType.Variable ? StreamVariables.Find(key.Name) : null);

    public void AddTo(ref SipHash hash, StreamContext stream, LoopLocal<LogClock> clocks)
    {
        switch (Type)
        {
            case RateLimitKeyType.SourceIp:
                ClientAddress.OfPeer(stream.Downstream.Connection.RemoteAddress, out UInt128 address);
                hash.Add((ulong)(address >> 64));
                hash.Add((ulong)address);
                break;
            case RateLimitKeyType.Path:
                AddPath(ref hash, stream.Request.Path);
                break;
            case RateLimitKeyType.Header:
                stream.Request.Headers.TryGet(Name, out ReadOnlySpan<byte> value);
                hash.Add(value);
                break;
            default:
                AddVariable(ref hash, stream, clocks);
                break;
        }
    }

    /// <summary>As routes see it: another spelling of a path is no other path.</summary>
    private static void AddPath(ref SipHash hash, ReadOnlySpan<byte> path)
    {
        if (RequestPath.IsNormal(path))
        {
            hash.Add(path);
            return;
        }
        byte[] normal = ArrayPool<byte>.Shared.Rent(path.Length);
        hash.Add(normal.AsSpan(0, RequestPath.Normalise(path, normal)));
        ArrayPool<byte>.Shared.Return(normal);
    }

    private void AddVariable(ref SipHash hash, StreamContext stream, LoopLocal<LogClock> clocks)
    {
        Span<byte> text = stackalloc byte[VariableLengthMax];
        LogLineWriter line = new(text, clocks.On(stream.Loop));
        Variable?.Invoke(stream, ref line);
        hash.Add(text[..line.Length]);
    }
}
