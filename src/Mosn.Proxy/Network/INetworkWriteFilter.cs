namespace Mosn.Proxy.Network;

/// <summary>Sees what a connection is about to send. One instance a connection, called on its loop only.</summary>
public interface INetworkWriteFilter
{
    /// <summary>Bytes are about to be queued. Stop drops them.</summary>
    FilterStatus OnWrite(Connection connection, ReadOnlySpan<byte> bytes);
}
