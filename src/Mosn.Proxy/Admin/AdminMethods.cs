namespace Mosn.Proxy.Admin;

/// <summary>Methods that an endpoint answers; others get 405.</summary>
[Flags]
internal enum AdminMethods : byte
{
    None = 0,

    /// <summary>GET, and HEAD with it. A body is ignored.</summary>
    Get = 1,

    /// <summary>Changes something, so its sender is looked at more closely (<see cref="AdminAccess"/>).</summary>
    Post = 2,

    /// <inheritdoc cref="Post"/>
    Put = 4,

    /// <inheritdoc cref="Post"/>
    Delete = 8,

    /// <summary>All methods that change something.</summary>
    Changes = Post | Put | Delete,

    /// <summary>Whatever comes, as MOSN does for some. A body is ignored, so nothing may be changed.</summary>
    Any = 128,
}
