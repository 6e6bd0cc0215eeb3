using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// A pool's idle connections, the most recent on top. One that times out leaves from wherever it stands: its slot becomes
/// a hole, and holes go when they come up or when the room is needed, so that every step costs O(1) over time. An array
/// and no linked list, because each link would be a write of a reference. Belongs to one loop.
/// </summary>
internal sealed class IdleStack
{
    private Slot[] _slots = [];

    /// <summary>Slots in use, holes included; the highest is never a hole.</summary>
    private int _used;

    /// <summary>Connections that are idle.</summary>
    public int Count { get; private set; }

    /// <summary>The most recent; null if there is none.</summary>
    public Http1ClientConnection? Top => _used == 0 ? null : _slots[_used - 1].Connection;

    public void Push(Http1ClientConnection connection)
    {
        Check.That(connection.IdleIndex < 0);
        if (_used == _slots.Length)
        {
            MakeRoom();
        }
        connection.IdleIndex = _used;
        _slots[_used++].Connection = connection;
        Count++;
    }

    public void Remove(Http1ClientConnection connection)
    {
        ref Slot slot = ref _slots[connection.IdleIndex];
        Check.That(slot.Connection == connection);
        slot.Connection = null;
        connection.IdleIndex = -1;
        Count--;
        while (_used > 0 && _slots[_used - 1].Connection is null)
        {
            _used--;
        }
    }

    private void MakeRoom()
    {
        Slot[] room = 2 * Count > _slots.Length ? new Slot[2 * _slots.Length] : _slots.Length == 0 ? new Slot[4] : _slots;
        int to = 0;
        for (int from = 0; from < _used; from++)
        {
            if (_slots[from].Connection is { } connection)
            {
                connection.IdleIndex = to;
                room[to++].Connection = connection;
            }
        }
        room.AsSpan(to).Clear();
        _slots = room;
        _used = to;
    }

    /// <summary>A struct around the reference: storing into an array of classes would check the type each time.</summary>
    private struct Slot
    {
        public Http1ClientConnection? Connection;
    }
}
