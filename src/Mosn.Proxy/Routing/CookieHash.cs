using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>
/// Requests with the same value of a cookie go to the same host. A client that has none can be given one, which then
/// leads it back.
/// </summary>
internal sealed class CookieHash : HashPolicy
{
    private const int ValueLength = 16;
    private static readonly System.Buffers.StandardFormat s_format = new('x', ValueLength);

    private readonly byte[] _name;

    /// <summary>What <c>Set-Cookie</c> has behind the value; null: no cookie is made.</summary>
    private readonly byte[]? _attributes;
    private readonly LoopState?[] _loops;
    private readonly ulong _seed;

    /// <param name="path">Of a cookie that is made; empty: the client takes that of the request.</param>
    /// <param name="ttl">Life of a cookie that is made; 0: none is made.</param>
    /// <param name="seed">Decides the values. They are no secrets: a client could choose any itself.</param>
    public CookieHash(string name, string path, TimeSpan ttl, int loopCount, ulong seed)
    {
        _name = Encoding.UTF8.GetBytes(name);
        _seed = seed;
        _loops = new LoopState?[loopCount];
        if (ttl > TimeSpan.Zero)
        {
            string ofPath = path.Length == 0 ? "" : $"; Path={path}";
            string maxAge = Math.Ceiling(ttl.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            _attributes = Encoding.UTF8.GetBytes($"; Max-Age={maxAge}{ofPath}; HttpOnly");
        }
    }

    public override ulong? HashOf(StreamContext stream)
    {
        if (NameValuePairs.TryFindCookie(stream.Request.Headers, _name, out ReadOnlySpan<byte> value))
        {
            return Hash(_name, (byte)'=', value);
        }
        if (_attributes is null)
        {
            return null;
        }
        Span<byte> made = stackalloc byte[ValueLength];
        WriteValue(stream.AffinityCookie ??= Draw(stream.Loop.Index), made);
        return Hash(_name, (byte)'=', made);
    }

    public override void AddTo(ResponseHead response, StreamContext stream)
    {
        if (_attributes is null || stream.AffinityCookie is not { } cookie)
        {
            return;
        }
        int length = _name.Length + 1 + ValueLength + _attributes.Length;
        Span<byte> text = length <= 512 ? stackalloc byte[length] : new byte[length];
        _name.CopyTo(text);
        text[_name.Length] = (byte)'=';
        WriteValue(cookie, text[(_name.Length + 1)..]);
        _attributes.CopyTo(text[^_attributes.Length..]);
        response.Headers.TryAdd(KnownHeaders.NameOf(KnownHeader.SetCookie), text);
    }

    private static void WriteValue(ulong cookie, Span<byte> into) =>
        Check.That(Utf8Formatter.TryFormat(cookie, into, out _, s_format));

    private ulong Draw(int loop)
    {
        LoopState state = _loops[loop] ??= new LoopState(_seed + (uint)loop);
        return state.Random.Next();
    }

    private sealed class LoopState(ulong seed)
    {
        public SplitMix64 Random = new(seed);
    }
}
