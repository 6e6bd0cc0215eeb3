namespace Mosn.Protocols.Http2;

/// <summary>Who has a session: gives it room for what it sends, and hears what concerns the connection as a whole.</summary>
public interface IHttp2SessionOwner
{
    /// <summary>Room at the end of the output for at least that many bytes; <see cref="Commit"/> follows.</summary>
    Span<byte> Reserve(int atLeast);

    /// <summary>Sends what was written to the span of <see cref="Reserve"/>.</summary>
    void Commit(ReadOnlySpan<byte> written);

    /// <summary>A clean stream for a new request. Null: none is to be had now, the request is refused.</summary>
    Http2Stream? RentStream();

    /// <summary>Takes a stream back that no request came of.</summary>
    void ReturnStream(Http2Stream stream);

    /// <summary>A window opened: what waits may be sent.</summary>
    void OnSendWindow();

    /// <summary>The peer's settings came.</summary>
    void OnSettings()
    {
    }

    /// <summary>The peer takes no new streams.</summary>
    void OnGoAway(Http2ErrorCode code)
    {
    }

    /// <summary>The peer answered the PING of that payload, one that <see cref="Http2Session.Ping"/> sent.</summary>
    void OnPong(ulong payload)
    {
    }

    /// <summary>The peer overdid something; the connection is about to end.</summary>
    void OnAbuse(Http2Abuse kind)
    {
    }
}
