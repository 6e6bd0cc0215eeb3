using Mosn.Proxy.Upstream;
using Mosn.Transport;

namespace Mosn.Proxy.Health;

/// <summary>
/// One active check on a connection of its own. Belongs to the home loop of the host's cluster. Ends once, by itself or by
/// <see cref="Abandon"/>; what comes afterwards is not looked at.
/// </summary>
internal abstract class HealthProbe
{
    /// <summary>Bytes of an answer that are looked at.</summary>
    protected const int AnswerBytesMax = 64 * 1024;

    private readonly HostCheck _check;

    protected HealthProbe(HostCheck check) => _check = check;

    /// <summary>The result, if it is known although the exchange is not over yet.</summary>
    public virtual bool? Passed => null;

    protected Host Host => _check.Host;

    /// <summary>True once the check is over.</summary>
    protected bool IsOver { get; private set; }

    /// <summary>Begins; may end before it returns.</summary>
    public abstract void Start();

    /// <summary>Ends without a result: it took too long, or nobody wants to know any more.</summary>
    public void Abandon()
    {
        if (!IsOver)
        {
            IsOver = true;
            Close();
        }
    }

    /// <summary>Ends with a result. Later calls do nothing.</summary>
    protected void End(bool passed)
    {
        if (IsOver)
        {
            return;
        }
        IsOver = true;
        Close();
        _check.OnProbeEnded(this, passed);
    }

    /// <summary>Ends the connection; called once.</summary>
    protected abstract void Close();

    /// <summary>Where to connect to.</summary>
    /// <param name="port">0: the host's. Unix sockets have none.</param>
    protected TransportAddress Address(int port) =>
        port > 0 && Host.Address.Kind is AddressKind.IPv4 or AddressKind.IPv6
            ? Host.Address.WithPort((ushort)port)
            : Host.Address;
}
