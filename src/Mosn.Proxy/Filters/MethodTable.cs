using System.Text;
using Mosn.Proxy.Observability;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// One loop's counters by method, found by the bytes of its name: a call of a method that is known allocates nothing. A new
/// one gets its counters from beside the loop, and its calls wait for them here.
/// </summary>
/// <typeparam name="TCall">What is to be known of a call that is over.</typeparam>
/// <param name="loop">The loop that it belongs to.</param>
/// <param name="methodsMax">Methods that are remembered.</param>
/// <param name="background">Runs work off the loops.</param>
internal sealed class MethodTable<TCall>(
    EventLoop loop, MethodMetrics<TCall> metrics, int methodsMax, Action<Action> background)
    where TCall : struct
{
    /// <summary>Bytes; what is longer is not a method.</summary>
    public const int NameLengthMax = 256;

    private readonly Dictionary<byte[], Method> _known = new(new NameComparer());

    /// <summary>Counts a call that is over.</summary>
    /// <param name="name">As the client sent it.</param>
    /// <param name="isReal">
    /// A server knew the method. Only such a one is remembered: else a client could use up the places by calling what nobody
    /// has.
    /// </param>
    public void Count(ReadOnlySpan<byte> name, in TCall call, bool isReal)
    {
        if (!_known.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out Method? method))
        {
            if (!isReal || _known.Count >= methodsMax || name.Length > NameLengthMax)
            {
                metrics.Count(metrics.Others, loop.Index, call);
                return;
            }
            method = new Method();
            _known.Add(name.ToArray(), method);
            Ask(method, Encoding.UTF8.GetString(name));
        }
        if (method.Counters is { } counters)
        {
            metrics.Count(counters, loop.Index, call);
        }
        else if (!method.TryWait(call))
        {
            metrics.Count(metrics.Others, loop.Index, call);
        }
    }

    private void Ask(Method method, string name) => background(() =>
    {
        MetricGroup counters = metrics.Of(name);
        loop.Post(_ => Settle(method, counters), null);
    });

    private void Settle(Method method, MetricGroup counters)
    {
        method.Counters = counters;
        foreach (TCall call in method.TakeWaiting())
        {
            metrics.Count(counters, loop.Index, call);
        }
    }

    private sealed class Method
    {
        private const int WaitingMax = 256;

        private List<TCall> _waiting = [];

        /// <summary>Null until they are there.</summary>
        public MetricGroup? Counters { get; set; }

        /// <summary>False: so many calls wait already.</summary>
        public bool TryWait(in TCall call)
        {
            if (_waiting.Count >= WaitingMax)
            {
                return false;
            }
            _waiting.Add(call);
            return true;
        }

        public List<TCall> TakeWaiting()
        {
            List<TCall> waiting = _waiting;
            _waiting = [];
            return waiting;
        }
    }

    /// <summary>Clients choose the names, so the hash has a secret: that of the process.</summary>
    private sealed class NameComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            HashCode hash = new();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
