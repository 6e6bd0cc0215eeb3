namespace Mosn.Proxy.Admin;

/// <summary>
/// One path of the admin API, or some methods of one. Called on the admin loop, which does nothing else: it may compute for
/// a while, and must not wait. What it reads and changes belongs to others, so that must be safe from any thread.
/// </summary>
internal interface IAdminEndpoint
{
    /// <summary>The whole path, as it must be asked for: case and a slash at the end count.</summary>
    string Path { get; }

    /// <summary>What it can be asked with.</summary>
    AdminMethods Methods { get; }

    /// <summary>True: a body must say that it is JSON, and may be as large as configuration is.</summary>
    bool TakesJson => false;

    /// <summary>
    /// Answers. A response that is left alone is an empty 200. What takes time is left to a task, see
    /// <see cref="AdminResponse.Pending"/>.
    /// </summary>
    void Handle(AdminRequest request, AdminResponse response);
}
