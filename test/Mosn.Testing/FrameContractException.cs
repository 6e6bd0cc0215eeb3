using Mosn.Protocols.Frames;

namespace Mosn.Testing;

/// <summary>A codec does not keep what <see cref="IFrameCodec{TSelf}"/> promises.</summary>
public sealed class FrameContractException(string message, Exception? inner = null) : Exception(message, inner);
