namespace Mosn.Proxy.Admin;

/// <summary>What an endpoint is asked.</summary>
/// <param name="Query">The parameters.</param>
/// <param name="Body">Empty unless the method is POST. At most <see cref="AdminStream.BodyBytesMax"/> bytes.</param>
internal readonly record struct AdminRequest(AdminQuery Query, ReadOnlyMemory<byte> Body);
