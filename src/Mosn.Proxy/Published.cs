namespace Mosn.Proxy;

/// <summary>
/// An immutable value that the control side replaces and the event loops read: the only way in which configuration,
/// routes and hosts reach the data path. A reader takes <see cref="Current"/> once per request and keeps to it.
/// </summary>
internal sealed class Published<T>(T initial)
    where T : class?
{
    private volatile T _current = initial;

    public T Current => _current;

    /// <summary>One writer at a time: the caller sees to it, so that no update is lost.</summary>
    public void Publish(T next) => _current = next;
}
