using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Mosn.Protocols;
using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;
using Mosn.Transport;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Admin;

/// <summary>
/// The requests of one admin connection, one after the other: finds the endpoint, collects the body, has it answered,
/// and sends the answer piece by piece. Nothing here is hot, so nothing is pooled.
/// </summary>
internal sealed class AdminStream(AdminApi api, ILogger log) : IStreamOwner
{
    /// <summary>Bytes of a request's body.</summary>
    public const int BodyBytesMax = 64 * 1024;

    /// <summary>Bytes of a body that is configuration: some ten thousand hosts.</summary>
    public const int JsonBytesMax = 1024 * 1024;

    private const int PieceBytes = 16 * 1024;
    private const long BodyTimeoutMs = 10_000;

    private IServerStream? _stream;
    private IAdminEndpoint? _endpoint;
    private AdminResponse _response = new();
    private ArrayBufferWriter<byte>? _body;
    private int _sent;
    private bool _answering;

    private Connection Connection => _stream!.Connection;

    /// <summary>Begins a request; the one before it is over.</summary>
    public void Start(IServerStream stream)
    {
        Check.That(_stream is null);
        _stream = stream;
        _response = new AdminResponse();
        _body = null;
        _sent = 0;
        _answering = false;
        stream.SetOwner(this);
        _endpoint = api.Find(stream.Request, _response);
        if (_endpoint is null)
        {
            Answer();
        }
        else if (Changes(_endpoint) && stream.Request.HasBody)
        {
            BeginBody();
        }
        else
        {
            Handle();
        }
    }

    public void OnActivity()
    {
        if (_stream is not { } stream)
        {
            return;
        }
        if (stream.Connection.IsClosed)
        {
            Release();
        }
        else if (_answering)
        {
            Send();
        }
        else if (_body is not null)
        {
            ReadBody(stream);
        }
    }

    /// <summary>The time for the request's body is over.</summary>
    public void OnDeadline()
    {
        if (_stream is not null && !_answering && _body is not null)
        {
            _response.Status = 408;
            Answer();
        }
    }

    private void BeginBody()
    {
        _body = new ArrayBufferWriter<byte>();
        Connection.SetDeadline(Connection.Loop.NowMs + BodyTimeoutMs);
        if (_stream!.Request.ExpectContinue)
        {
            ResponseHead goOn = new();
            goOn.SetStatus(100);
            _stream.SendInterim(goOn);
        }
        ReadBody(_stream);
    }

    private void ReadBody(IServerStream stream)
    {
        while (stream.Body.TryRead(out BufferSlice slice))
        {
            if (_body!.WrittenCount + slice.Length > (_endpoint!.TakesJson ? JsonBytesMax : BodyBytesMax))
            {
                _response.Status = 413;
                Answer();
                return;
            }
            _body.Write(slice.Span);
        }
        if (stream.Error is { } error)
        {
            _response.Status = error.Status;
            Answer();
        }
        else if (stream.Body.IsEnded)
        {
            Handle();
        }
    }

    private void Handle()
    {
        RequestHead request = _stream!.Request;
        AdminRequest asked = new(
            AdminApi.MethodOf(request), new AdminQuery(request.Query), _body?.WrittenMemory ?? default);
        _body = null;
        try
        {
            _endpoint!.Handle(asked, _response);
        }
        catch (Exception exception)
        {
            // A bug in one endpoint ends this request; the others, and the traffic, go on.
            Connection.Loop.ReportBug(exception);
            _response.Fail(500, "internal error");
        }
        if (_response.Pending is { IsCompletedSuccessfully: false } pending)
        {
            _ = FinishAsync(pending, _endpoint!, _response, Connection);
        }
        else
        {
            LogChange(_endpoint!, asked.Method, _response, Connection.RemoteAddress);
            Answer();
        }
    }

    /// <summary>The rest of a request that takes time. What it changes holds, and is logged, even if its client leaves.</summary>
    private async Task FinishAsync(Task pending, IAdminEndpoint endpoint, AdminResponse response, Connection connection)
    {
        AdminMethods method = AdminApi.MethodOf(_stream!.Request);
        TransportAddress client = connection.RemoteAddress;
        connection.ClearDeadline();
        connection.IsBusy = true;
        try
        {
            await pending;
        }
        catch (Exception exception)
        {
            connection.Loop.ReportBug(exception);
            response.Fail(500, "internal error");
        }
        LogChange(endpoint, method, response, client);
        if (_stream is not null)
        {
            Answer();
        }
    }

    private void LogChange(IAdminEndpoint endpoint, AdminMethods method, AdminResponse response, TransportAddress client)
    {
        if (!Changes(endpoint))
        {
            return;
        }
        string verb = method.ToString().ToUpperInvariant();
        if (response.Note is { } note)
        {
            log.LogInformation(
                "admin: {Method} {Path} from {Client}: {Status}: {Note}",
                verb, endpoint.Path, client, response.Status, note);
        }
        else
        {
            log.LogInformation(
                "admin: {Method} {Path} from {Client}: {Status}",
                verb, endpoint.Path, client, response.Status);
        }
    }

    private static bool Changes(IAdminEndpoint endpoint) => (endpoint.Methods & AdminMethods.Changes) != AdminMethods.None;

    private void Answer()
    {
        _answering = true;
        Connection.ClearDeadline();
        Connection.IsBusy = true;
        ResponseHead head = _stream!.LocalResponse;
        head.SetStatus(_response.Status);
        Add(head, "date"u8, HttpDate(Connection.Loop.TurnUtcTicks));
        if (_response.Allow is { } allow)
        {
            Add(head, "allow"u8, allow);
        }
        bool hasBody = _response.Body.Length > 0;
        if (hasBody)
        {
            Add(head, "content-type"u8, _response.ContentType);
            head.Headers.Add("x-content-type-options"u8, "nosniff"u8);
        }
        head.Headers.Add("cache-control"u8, "no-store"u8);
        head.SetFraming(BodyFraming.Length, _response.Body.Length);
        _stream.SendHead(head, endStream: !hasBody);
        if (hasBody)
        {
            Send();
        }
        else
        {
            Release();
        }
    }

    private void Send()
    {
        ReadOnlyMemory<byte> body = _response.Body;
        while (_sent < body.Length && _stream!.IsWritable)
        {
            int count = Math.Min(PieceBytes, body.Length - _sent);
            _stream.SendBody(body.Span.Slice(_sent, count));
            _sent += count;
        }
        if (_sent == body.Length)
        {
            _stream!.SendEnd(trailers: null);
            Release();
        }
    }

    private void Release()
    {
        IServerStream stream = _stream!;
        _stream = null;
        _endpoint = null;
        _body = null;
        _response = new AdminResponse(); // The old one may be large, and the connection idle for long.
        stream.Release();
    }

    private static void Add(ResponseHead head, ReadOnlySpan<byte> name, string value) =>
        head.Headers.Add(name, Encoding.ASCII.GetBytes(value));

    private static string HttpDate(long utcTicks) =>
        new DateTimeOffset(utcTicks, TimeSpan.Zero).ToString("R", CultureInfo.InvariantCulture);
}
