namespace Mosn.Proxy.Network;

/// <summary>Accounts for a connection's bytes and its end, on its loop.</summary>
internal interface IByteCounter
{
    void OnRead(int bytes);

    void OnWritten(int bytes);

    /// <summary>The descriptor is closed; comes once, also when the logical end came long before.</summary>
    void OnClosed(Connection connection);
}
