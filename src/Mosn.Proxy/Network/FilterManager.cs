using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Network;

/// <summary>A connection's filters: the read chain in order of registration, and the write chain.</summary>
public sealed class FilterManager
{
    private readonly Connection _connection;
    private INetworkReadFilter[] _readFilters = []; // Most connections have one, and read it for every event.
    private List<INetworkWriteFilter>? _writeFilters;
    private int _initialized;

    internal FilterManager(Connection connection) => _connection = connection;

    /// <summary>True if there is nothing that could take the connection's bytes.</summary>
    public bool IsEmpty => _readFilters.Length == 0 && _writeFilters is null;

    /// <summary>True if writes must be shown to filters.</summary>
    public bool HasWriteFilters => _writeFilters is not null;

    /// <summary>Adds to the end of the read chain.</summary>
    public void AddReadFilter(INetworkReadFilter filter) => _readFilters = [.. _readFilters, filter];

    /// <summary>Adds to the end of the write chain.</summary>
    public void AddWriteFilter(INetworkWriteFilter filter) => (_writeFilters ??= []).Add(filter);

    /// <summary>Goes on with the filter after <paramref name="caller"/>, which had stopped the chain.</summary>
    public void ContinueReading(INetworkReadFilter caller)
    {
        int index = Array.IndexOf(_readFilters, caller);
        Check.That(index >= 0);
        RunFrom(index + 1);
    }

    internal void OnRead() => RunFrom(0);

    internal FilterStatus OnEndOfInput()
    {
        for (int i = 0; i < _readFilters.Length; i++)
        {
            if (_readFilters[i].OnEndOfInput(_connection) == FilterStatus.Stop)
            {
                return FilterStatus.Stop;
            }
        }
        return FilterStatus.Continue;
    }

    internal FilterStatus OnWrite(ReadOnlySpan<byte> bytes)
    {
        foreach (INetworkWriteFilter filter in _writeFilters!)
        {
            if (filter.OnWrite(_connection, bytes) == FilterStatus.Stop)
            {
                return FilterStatus.Stop;
            }
        }
        return FilterStatus.Continue;
    }

    private void RunFrom(int index)
    {
        ReadBuffer input = _connection.Input;
        for (int i = index; i < _readFilters.Length; i++)
        {
            INetworkReadFilter filter = _readFilters[i];
            if (i >= _initialized)
            {
                _initialized = i + 1;
                if (filter.OnNewConnection(_connection) == FilterStatus.Stop)
                {
                    return;
                }
            }
            else if (input.Length == 0)
            {
                return; // Shown nothing, it says nothing: where it had stopped, the next filter is not to begin.
            }
            if (_connection.IsClosed)
            {
                return;
            }
            if (input.Length > 0 && filter.OnData(_connection, input) == FilterStatus.Stop)
            {
                return;
            }
            if (_connection.IsClosed)
            {
                return;
            }
        }
    }
}
