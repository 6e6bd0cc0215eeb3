namespace Mosn.Transport.Sockets;

/// <summary>
/// Gets the events of one registered descriptor. A class and not an interface: it is called for every event, and a
/// virtual call is the cheaper one.
/// </summary>
internal abstract class EpollHandler
{
    internal abstract void OnEvents(uint events);
}
