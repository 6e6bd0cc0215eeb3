namespace Mosn.Proxy.Admin;

/// <summary>The methods that an endpoint answers; others get 405.</summary>
internal enum AdminMethods : byte
{
    /// <summary>GET, and HEAD with it. A body is ignored.</summary>
    Get,

    /// <summary>POST: changes something, so its sender is looked at more closely (<see cref="AdminAccess"/>).</summary>
    Post,

    /// <summary>Whatever comes, as MOSN does for some. A body is ignored, so nothing may be changed.</summary>
    Any,
}
