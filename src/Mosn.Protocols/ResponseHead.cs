namespace Mosn.Protocols;

/// <summary>
/// The head of one response, whatever protocol it came in. Belongs to one stream and is used again for the next one;
/// not for use by two threads. Spans it gives out are valid until the next change.
/// </summary>
/// <remarks>
/// Framing is a property, not a field of the header block: writers put the framing fields onto the wire from it, once,
/// whatever <c>Content-Length</c> or <c>Transfer-Encoding</c> the block holds.
/// </remarks>
public sealed class ResponseHead
{
    private readonly HeaderBlock _headers = new();
    private FrameHead? _frame;
    private bool _areFieldsRead;
    private bool _lacksFields;
    private LineArena _line = new();
    private LineSlice _reason;

    /// <summary>100 to 599; 0 when cleared.</summary>
    public int Status { get; private set; }

    /// <summary>May be empty; always so in HTTP/2.</summary>
    public ReadOnlySpan<byte> Reason => _line.Get(_reason);

    public HttpVersion Version { get; set; }

    public HeaderBlock Headers => _frame is null || _areFieldsRead ? _headers : ReadFields();

    /// <summary>
    /// The frame of an RPC protocol that the message came in; null: it is one of HTTP. Its fields are read when somebody looks
    /// at <see cref="Headers"/>.
    /// </summary>
    public FrameHead? Frame => _frame;

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

    /// <summary>
    /// Bytes; -1 when not declared. With <see cref="BodyFraming.None"/>, what an answer to HEAD or a 304 says of the
    /// body that it does not have.
    /// </summary>
    public long ContentLength { get; private set; } = -1;

    /// <summary>A body of at least one byte may follow.</summary>
    public bool HasBody =>
        Framing is BodyFraming.Chunked or BodyFraming.UntilClose
        || (Framing == BodyFraming.Length && ContentLength > 0);

    /// <summary>The sender lets the connection carry a further request after this one.</summary>
    public bool KeepAlive { get; set; }

    /// <summary>The tunnel that the request asked for stands: a 101, or a 2xx to CONNECT. What follows is no body.</summary>
    public bool HasUpgrade { get; set; }

    /// <summary>A 1xx other than 101: another head follows on the same exchange.</summary>
    public bool IsInterim => Status is >= 100 and < 200 and not 101;

    /// <summary>Bytes. At least what the reason takes, and quick to know.</summary>
    internal int LineBytesMax => _line.Used;

    /// <summary>Sets the status with its usual reason.</summary>
    public void SetStatus(int status) => SetStatus(status, HttpReasons.Of(status));

    public void SetStatus(int status, ReadOnlySpan<byte> reason)
    {
        Check.That(status is >= 100 and <= 599);
        Check.That(HttpSyntax.IsFieldValue(reason));
        Status = status;
        _reason = _line.Append(reason);
    }

    /// <summary>Says how the body that will be sent with this head is delimited.</summary>
    /// <param name="contentLength">
    /// Bytes; with <see cref="BodyFraming.Length"/> required; with <see cref="BodyFraming.None"/> what a
    /// body would have.
    /// </param>
    public void SetFraming(BodyFraming framing, long contentLength = -1)
    {
        Check.That(framing switch
        {
            BodyFraming.Length => contentLength >= 0,
            BodyFraming.None => contentLength >= -1,
            _ => contentLength == -1,
        });
        Framing = framing;
        ContentLength = contentLength;
    }

    /// <summary>Makes it ready for the next response.</summary>
    public void Clear()
    {
        _line.Clear();
        _reason = default;
        Status = 0;
        Version = HttpVersion.Http11;
        Framing = BodyFraming.None;
        ContentLength = -1;
        KeepAlive = false;
        HasUpgrade = false;
        _frame = null;
        _areFieldsRead = _lacksFields = false;
        _headers.Clear();
    }

    /// <summary>Makes the other head equal to this one; what it held is lost.</summary>
    public void CopyTo(ResponseHead other)
    {
        Check.That(!ReferenceEquals(this, other));
        other.Clear();
        other._reason = other._line.Append(Reason);
        other.Status = Status;
        other.Version = Version;
        other.Framing = Framing;
        other.ContentLength = ContentLength;
        other.KeepAlive = KeepAlive;
        other.HasUpgrade = HasUpgrade;
        Headers.CopyTo(other._headers);
    }

    /// <summary>Takes over a parsed status line.</summary>
    internal void AcceptLine(int status, ReadOnlySpan<byte> reason)
    {
        Status = status;
        _reason = _line.Append(reason);
    }

    /// <summary>The message came in that frame, which lives as long as this head says.</summary>
    public void AcceptFrame(FrameHead frame)
    {
        _frame = frame;
        _areFieldsRead = false;
    }

    /// <summary>
    /// The message goes on in that frame, which was made here and has no fields of its own; the headers stay. Null: it goes on
    /// as one of HTTP.
    /// </summary>
    public void ReplaceFrame(FrameHead? frame)
    {
        HeaderBlock fields = Headers; // Of the frame that it came in.
        _frame = frame;
        _areFieldsRead = true;
        fields.MarkChanged();
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
