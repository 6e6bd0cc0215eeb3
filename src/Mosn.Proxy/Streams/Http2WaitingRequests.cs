using Mosn.Transport.Loops;

namespace Mosn.Proxy.Streams;

/// <summary>
/// The requests of a connection whose heads were read and that have not begun, in the order in which they came, and the pace at
/// which they begin. To begin a request can mean a connection to a host, and to break it off the end of that connection, or of
/// one that others would have used: a hundred times what it costs to read the two frames (CVE-2023-44487). So a client
/// begins few at a time until it has taken answers, and fewer when it breaks off what it began; the end of a request that
/// waits costs nothing. Belongs to its connection's loop.
/// </summary>
internal sealed class Http2WaitingRequests(Http2ServerConnection connection, EventLoop loop)
    : ITurnStart, IBugBoundary
{
    private const int PerTurnFirst = 4;
    private const int PerTurnMax = 64;

    private Http2ServerStream? _first;
    private Http2ServerStream? _last;
    private int _perTurn = PerTurnFirst;
    private int _left;
    private long _turn;
    private bool _goesOn;

    /// <summary>Puts a request at the end.</summary>
    public void Add(Http2ServerStream stream)
    {
        stream.IsWaiting = true;
        stream.WaitsAfter = _last;
        if (_last is { } last)
        {
            last.WaitsBefore = stream;
        }
        else
        {
            _first = stream;
        }
        _last = stream;
    }

    /// <summary>Takes out one that waits.</summary>
    public void Remove(Http2ServerStream stream)
    {
        (Http2ServerStream? before, Http2ServerStream? after) = (stream.WaitsAfter, stream.WaitsBefore);
        if (before is null)
        {
            _first = after;
        }
        else
        {
            before.WaitsBefore = after;
        }
        if (after is null)
        {
            _last = before;
        }
        else
        {
            after.WaitsAfter = before;
        }
        stream.WaitsAfter = stream.WaitsBefore = null;
        stream.IsWaiting = false;
    }

    /// <summary>Begins as many as may begin now. The others follow.</summary>
    public void Begin()
    {
        while (_first is { } stream && TryBegin(stream))
        {
            // One after the other.
        }
        if (_first is not null && !_goesOn)
        {
            _goesOn = true;
            loop.AtNextTurn(this); // After what will have come by then was read.
        }
    }

    /// <summary>Begins that one, whoever waits before it, if one more may begin now.</summary>
    public bool TryBegin(Http2ServerStream stream)
    {
        if (_turn != loop.TurnCount)
        {
            _turn = loop.TurnCount;
            _left = _perTurn;
        }
        if (_left == 0)
        {
            return false;
        }
        _left--;
        Remove(stream);
        connection.Start(stream);
        return true;
    }

    /// <summary>A request got its answer.</summary>
    public void OnAnswered() => _perTurn = Math.Min(_perTurn + 1, PerTurnMax);

    /// <summary>The client has broken off a request that had begun, and had no answer.</summary>
    public void OnBrokenOff() => _perTurn = Math.Max(_perTurn / 2, 1);

    void ITurnStart.OnTurnStart()
    {
        _goesOn = false;
        Begin();
        connection.EndIfDrained();
    }

    void IBugBoundary.OnBug() => ((IBugBoundary)connection.Connection).OnBug();
}
