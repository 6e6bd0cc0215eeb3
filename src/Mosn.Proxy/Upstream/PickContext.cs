using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Upstream;

/// <summary>Who asks for a host.</summary>
/// <param name="LoopIndex">The loop that asks; balancers keep their state per loop.</param>
/// <param name="Stream">The request; null for a connection that is relayed as bytes.</param>
internal readonly record struct PickContext(int LoopIndex, StreamContext? Stream = null);
