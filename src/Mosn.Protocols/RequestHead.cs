using System.Runtime.CompilerServices;

namespace Mosn.Protocols;

/// <summary>
/// The head of one request, whatever protocol it came in. Belongs to one stream and is used again for the next one;
/// not for use by two threads. Spans it gives out are valid until the next change.
/// </summary>
/// <remarks>
/// Framing is a property, not a field of the header block: writers put the framing fields onto the wire from it, once,
/// whatever <c>Content-Length</c> or <c>Transfer-Encoding</c> the block holds.
/// </remarks>
public sealed class RequestHead
{
    private readonly HeaderBlock _headers = new();
    private FrameHead? _frame;
    private bool _areFieldsRead;
    private bool _lacksFields;
    private LineArena _line = new();
    private LineSlice _method;
    private LineSlice _target;
    private LineSlice _scheme;
    private LineSlice _path;
    private LineSlice _query;
    private LineSlice _protocol;
    private LineSlice _authority;

    public KnownMethod KnownMethod { get; private set; }

    public ReadOnlySpan<byte> Method => _line.Get(_method);

    /// <summary>The target as it was received; rewrites do not change it. HTTP/2: the <c>:path</c>.</summary>
    public ReadOnlySpan<byte> Target => _line.Get(_target);

    /// <summary><c>http</c> or <c>https</c> when the request says so itself; else empty: ask the connection.</summary>
    public ReadOnlySpan<byte> Scheme => _line.Get(_scheme);

    /// <summary>
    /// Host and port the request is for: the value of <c>Host</c>, in which a parser has put the authority of an
    /// absolute target, of <c>CONNECT</c>, or <c>:authority</c>. A call in a frame has one if a filter gave it one; it says
    /// which virtual host takes the call, and goes nowhere. Empty when there is none.
    /// </summary>
    public ReadOnlySpan<byte> Authority =>
        _frame is not null ? _line.Get(_authority)
        : _headers.TryGet(KnownHeader.Host, out ReadOnlySpan<byte> host) ? host
        : default;

    /// <summary>Undecoded, without the query; <c>*</c> for a request to the whole server; empty for CONNECT.</summary>
    public ReadOnlySpan<byte> Path => _line.Get(_path);

    /// <summary>Undecoded, without the question mark.</summary>
    public ReadOnlySpan<byte> Query => _line.Get(_query);

    /// <summary>There is a question mark, though perhaps nothing behind it.</summary>
    public bool HasQuery { get; private set; }

    /// <summary>
    /// What will be spoken through the tunnel that the request asks for, e.g. <c>websocket</c>, in lower case: of HTTP/1's
    /// <c>Upgrade</c>, or of an extended CONNECT (RFC 8441). Empty when there is none, or it is nobody's business but the
    /// two ends'.
    /// </summary>
    public ReadOnlySpan<byte> Protocol => _line.Get(_protocol);

    /// <summary>The request asks for a tunnel: behind the response that agrees, both sides send whatever they like.</summary>
    public bool WantsTunnel => _protocol.Length > 0 || KnownMethod == KnownMethod.Connect;

    public HttpVersion Version { get; set; }

    public HeaderBlock Headers => _frame is null || _areFieldsRead ? _headers : ReadFields();

    /// <summary>
    /// The value of the first field of that name. Of a call in a frame no more is read than it takes to know: who looks at
    /// every request asks here, and does not ask for all <see cref="Headers"/>.
    /// </summary>
    /// <param name="name">Its case does not matter.</param>
    public bool TryGetHeader(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        _frame is null || _areFieldsRead ? _headers.TryGet(name, out value) : TryFindInFrame(name, out value);

    /// <inheritdoc cref="TryGetHeader(ReadOnlySpan{byte}, out ReadOnlySpan{byte})"/>
    public bool TryGetHeader(KnownHeader header, out ReadOnlySpan<byte> value) =>
        _frame is null || _areFieldsRead
            ? _headers.TryGet(header, out value)
            : TryFindInFrame(KnownHeaders.NameOf(header), out value);

    /// <summary>
    /// The frame of an RPC protocol that the message came in; null: it is one of HTTP. Its fields are read when somebody looks
    /// at <see cref="Headers"/>.
    /// </summary>
    public FrameHead? Frame => _frame;

    /// <summary>True once all fields of <see cref="Frame"/> were read.</summary>
    internal bool AreFieldsRead => _areFieldsRead;

    /// <summary>The fields of <see cref="Frame"/> as they are to be passed on; null: nobody has changed them.</summary>
    public HeaderBlock? ChangedFields => _areFieldsRead && _headers.IsChanged ? _headers : null;

    /// <summary>
    /// Whether a field of <see cref="Frame"/> is missing among the headers, because it could be none of HTTP.
    /// </summary>
    public bool LacksFields
    {
        get
        {
            _ = Headers; // Reads them.
            return _lacksFields;
        }
    }

    public BodyFraming Framing { get; private set; }

    /// <summary>Bytes; -1 when not declared.</summary>
    public long ContentLength { get; private set; } = -1;

    /// <summary>A body of at least one byte may follow.</summary>
    public bool HasBody => Framing == BodyFraming.Chunked || (Framing == BodyFraming.Length && ContentLength > 0);

    /// <summary>The sender lets the connection carry a further request after this one.</summary>
    public bool KeepAlive { get; set; }

    /// <summary>The sender waits for <c>100 Continue</c> before it sends the body.</summary>
    public bool ExpectContinue { get; set; }

    /// <summary>The sender offers to change the protocol, by <c>Connection: upgrade</c> and <c>Upgrade</c>.</summary>
    public bool HasUpgrade { get; set; }

    /// <summary>The sender wants no table of HTTP/2 to hold the target; see RFC 7541 section 7.1.3.</summary>
    internal bool IsTargetNeverIndexed { get; set; }

    /// <summary>Where the received target lies, for slices of it.</summary>
    internal int TargetStart => _target.Start;

    /// <summary>Bytes. At least what <see cref="Method"/>, path and query take together, and quick to know.</summary>
    internal int LineBytesMax => _line.Used;

    public void SetMethod(ReadOnlySpan<byte> method)
    {
        Check.That(HttpSyntax.IsToken(method));
        _method = _line.Append(method);
        KnownMethod = KnownMethods.Of(method);
    }

    /// <summary>Sets a scheme that is known to be a valid one.</summary>
    public void SetScheme(ReadOnlySpan<byte> scheme)
    {
        Check.That(HttpSyntax.IsToken(scheme));
        _scheme = _line.Append(scheme);
    }

    /// <summary>Sets what is spoken through the tunnel, a token; empty: unknown.</summary>
    public void SetProtocol(ReadOnlySpan<byte> protocol)
    {
        Check.That(protocol.IsEmpty || HttpSyntax.IsToken(protocol));
        _protocol = _line.Append(protocol);
    }

    /// <summary>Sets a path that is known to be valid; see <see cref="TrySetPath"/>.</summary>
    public void SetPath(ReadOnlySpan<byte> path) => Check.That(TrySetPath(path));

    /// <returns>False, and nothing changed: neither an encoded absolute path without a query, nor <c>*</c>.</returns>
    public bool TrySetPath(ReadOnlySpan<byte> path)
    {
        if (!HttpSyntax.IsPath(path) && !path.SequenceEqual("*"u8))
        {
            return false;
        }
        _path = _line.Append(path);
        return true;
    }

    /// <summary>Sets a query that is known to be valid; see <see cref="TrySetQuery"/>.</summary>
    public void SetQuery(ReadOnlySpan<byte> query) => Check.That(TrySetQuery(query));

    /// <summary>Sets the query, given without its question mark.</summary>
    /// <returns>False, and nothing changed: spaces, controls, <c>#</c> or bytes above 126 must be encoded.</returns>
    public bool TrySetQuery(ReadOnlySpan<byte> query)
    {
        if (!HttpSyntax.IsQuery(query))
        {
            return false;
        }
        _query = _line.Append(query);
        HasQuery = true;
        return true;
    }

    /// <summary>Removes the query together with its question mark.</summary>
    public void RemoveQuery()
    {
        _query = default;
        HasQuery = false;
    }

    /// <summary>Sets an authority that is known to be valid; see <see cref="TrySetAuthority"/>.</summary>
    public void SetAuthority(ReadOnlySpan<byte> authority) => Check.That(TrySetAuthority(authority));

    /// <summary>Makes it the only <c>Host</c>, or what a call in a frame has for one.</summary>
    /// <returns>False, and nothing changed: not a host with an optional port.</returns>
    public bool TrySetAuthority(ReadOnlySpan<byte> authority)
    {
        if (!HttpSyntax.IsAuthority(authority))
        {
            return false;
        }
        if (_frame is not null)
        {
            _authority = _line.Append(authority);
        }
        else if (Headers.Contains(KnownHeader.Host))
        {
            Headers.Set(KnownHeader.Host, authority);
        }
        else
        {
            Headers.InsertFirst(KnownHeaders.NameOf(KnownHeader.Host), authority);
        }
        return true;
    }

    /// <summary>Takes the authority off.</summary>
    public void RemoveAuthority()
    {
        if (_frame is null)
        {
            _headers.Remove(KnownHeader.Host);
        }
        _authority = default;
    }

    /// <summary>Says how the body that will be sent with this head is delimited.</summary>
    /// <param name="contentLength">Bytes; given exactly when the framing is <see cref="BodyFraming.Length"/>.</param>
    public void SetFraming(BodyFraming framing, long contentLength = -1)
    {
        Check.That(framing != BodyFraming.UntilClose);
        Check.That(framing == BodyFraming.Length ? contentLength >= 0 : contentLength == -1);
        Framing = framing;
        ContentLength = contentLength;
    }

    /// <summary>Makes it ready for the next request.</summary>
    public void Clear()
    {
        _line.Clear();
        _method = default;
        _target = default;
        _scheme = default;
        _path = default;
        _query = default;
        _protocol = default;
        _authority = default;
        KnownMethod = KnownMethod.Other;
        HasQuery = false;
        Version = HttpVersion.Http11;
        Framing = BodyFraming.None;
        ContentLength = -1;
        KeepAlive = false;
        ExpectContinue = false;
        HasUpgrade = false;
        IsTargetNeverIndexed = false;
        _frame = null;
        _areFieldsRead = _lacksFields = false;
        _headers.Clear();
    }

    /// <summary>Makes the other head equal to this one; what it held is lost.</summary>
    public void CopyTo(RequestHead other)
    {
        Check.That(!ReferenceEquals(this, other));
        other.Clear();
        other._line.Append(_line.Get(new LineSlice(0, _line.Used)));
        other._method = _method;
        other._target = _target;
        other._scheme = _scheme;
        other._path = _path;
        other._query = _query;
        other._protocol = _protocol;
        other._authority = _authority;
        other.KnownMethod = KnownMethod;
        other.HasQuery = HasQuery;
        other.Version = Version;
        other.Framing = Framing;
        other.ContentLength = ContentLength;
        other.KeepAlive = KeepAlive;
        other.ExpectContinue = ExpectContinue;
        other.HasUpgrade = HasUpgrade;
        other.IsTargetNeverIndexed = IsTargetNeverIndexed;
        Headers.CopyTo(other._headers);
    }

    /// <summary>Takes over a parsed line that begins with the method; the slices refer to it.</summary>
    internal void AcceptLine(ReadOnlySpan<byte> line, KnownMethod known, LineSlice method, LineSlice target)
    {
        _line.Append(line);
        KnownMethod = known;
        _method = method;
        _target = target;
    }

    /// <summary>Takes over where in the parsed line the parts of the target lie.</summary>
    /// <param name="query">The start is -1 when there is none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AcceptTarget(LineSlice scheme, LineSlice path, LineSlice query)
    {
        _scheme = scheme;
        _path = path;
        HasQuery = query.Start >= 0;
        _query = HasQuery ? query : default;
    }

    /// <summary>Takes over a method that is known to be a token.</summary>
    internal void AcceptMethod(ReadOnlySpan<byte> method)
    {
        _method = _line.Append(method);
        KnownMethod = KnownMethods.Of(method);
    }

    /// <summary>Takes over a path with or without a query, both known to be valid, as the target.</summary>
    internal void AcceptOriginForm(ReadOnlySpan<byte> target)
    {
        _target = _line.Append(target);
        int mark = target.IndexOf((byte)'?');
        HasQuery = mark >= 0;
        _path = _target with { Length = HasQuery ? mark : target.Length };
        _query = HasQuery ? new LineSlice(_target.Start + mark + 1, target.Length - mark - 1) : default;
    }

    /// <summary>Path, question mark and query where they lie in one piece.</summary>
    /// <returns>False: one of them was changed.</returns>
    internal bool TryGetPathAndQuery(out ReadOnlySpan<byte> text)
    {
        bool isPiece = !HasQuery || _query.Start == _path.Start + _path.Length + 1;
        text = isPiece ? _line.Get(_path with { Length = _path.Length + (HasQuery ? _query.Length + 1 : 0) }) : default;
        return isPiece && (!HasQuery || text[_path.Length] == (byte)'?');
    }

    /// <summary>The message came in that frame, which lives as long as this head says.</summary>
    public void AcceptFrame(FrameHead frame)
    {
        _frame = frame;
        _areFieldsRead = false;
    }

    /// <summary>
    /// The message goes on in that frame, which was made here and has no fields of its own; the headers stay, and what the
    /// authority is. Null: it goes on as one of HTTP.
    /// </summary>
    public void ReplaceFrame(FrameHead? frame)
    {
        HeaderBlock fields = Headers; // Of the frame that it came in.
        LineSlice authority = _frame is null ? _line.Append(Authority) : _authority;
        _frame = frame;
        _areFieldsRead = true;
        if (authority.Length > 0)
        {
            TrySetAuthority(_line.Get(authority));
        }
        fields.MarkChanged();
    }

    private bool TryFindInFrame(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (_frame is not { Readers: { } readers, IsBroken: false })
        {
            return false;
        }
        FieldSearch search = readers.FindField(_frame, name, out value);
        return search == FieldSearch.Unknown ? Headers.TryGet(name, out value) : search == FieldSearch.Found;
    }

    private HeaderBlock ReadFields()
    {
        _areFieldsRead = true;
        if (_frame is { Readers: { } readers, IsBroken: false })
        {
            readers.TryReadFields(_frame, _headers);
            _lacksFields = _headers.HasRefused;
        }
        _headers.MarkUnchanged();
        return _headers;
    }
}
