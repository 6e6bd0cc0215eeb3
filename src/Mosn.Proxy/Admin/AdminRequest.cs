namespace Mosn.Proxy.Admin;

/// <summary>What an endpoint is asked.</summary>
/// <param name="Method">One; <see cref="AdminMethods.Any"/> if it is none of those that have a name.</param>
/// <param name="Query">The parameters.</param>
/// <param name="Body">Empty unless the method may change something. Bounded, see <see cref="AdminStream"/>.</param>
internal readonly record struct AdminRequest(AdminMethods Method, AdminQuery Query, ReadOnlyMemory<byte> Body);
