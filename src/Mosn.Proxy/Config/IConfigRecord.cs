namespace Mosn.Proxy.Config;

/// <summary>
/// A configuration record that declares its fields once, in <see cref="Bind"/>, for every use: reading a file,
/// writing JSON, and publishing the schema. So the three cannot drift apart.
/// </summary>
internal interface IConfigRecord<TSelf>
    where TSelf : class, IConfigRecord<TSelf>, new()
{
    /// <summary>
    /// Passes each field through <paramref name="binder"/>. A reading binder answers what the file says, or the
    /// value it was given, which is how a record's initialisers become the documented defaults.
    /// </summary>
    static abstract TSelf Bind(ConfigBinder binder, TSelf value);
}
