using System.Text;
using Mosn.Proxy.Observability;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// One loop's counters by method, found by the bytes of the path: a call of a method that is known allocates nothing. A new
/// one gets its counters from beside the loop, and its calls wait for them here.
/// </summary>
/// <param name="loop">The loop that it belongs to.</param>
/// <param name="methodsMax">Methods that are remembered.</param>
/// <param name="background">Runs work off the loops.</param>
internal sealed class GrpcMethodTable(EventLoop loop, GrpcMethods methods, int methodsMax, Action<Action> background)
{
    /// <summary>Bytes; what is longer is not a method.</summary>
    private const int MethodLengthMax = 256;

    private readonly Dictionary<byte[], Method> _known = new(new PathComparer());

    /// <summary>Counts a call that is over.</summary>
    /// <param name="path">As the client sent it.</param>
    /// <param name="isReal">
    /// A server knew the method. Only such a one is remembered: else a client could use up the places by calling what nobody
    /// has.
    /// </param>
    public void Count(ReadOnlySpan<byte> path, int status, long durationNs, bool isReal)
    {
        if (!_known.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out Method? method))
        {
            if (!isReal || _known.Count >= methodsMax || path.Length > MethodLengthMax)
            {
                Count(methods.Others, status, durationNs);
                return;
            }
            method = new Method();
            _known.Add(path.ToArray(), method);
            Ask(method, Encoding.UTF8.GetString(path));
        }
        if (method.Counters is { } counters)
        {
            Count(counters, status, durationNs);
        }
        else if (!method.TryWait(status, durationNs))
        {
            Count(methods.Others, status, durationNs);
        }
    }

    private void Ask(Method method, string name) => background(() =>
    {
        MetricGroup counters = methods.Of(name);
        loop.Post(_ => Settle(method, counters), null);
    });

    private void Settle(Method method, MetricGroup counters)
    {
        method.Counters = counters;
        foreach ((int status, long durationNs) in method.TakeWaiting())
        {
            Count(counters, status, durationNs);
        }
    }

    private void Count(MetricGroup counters, int status, long durationNs)
    {
        counters.Add(loop.Index, GrpcMetrics.RequestTotal, 1);
        counters.Add(loop.Index, status == 0 ? GrpcMetrics.ResponseSucceeded : GrpcMetrics.ResponseFailed, 1);
        counters.Add(loop.Index, GrpcMetrics.OfStatus(status), 1);
        counters.Record(loop.Index, GrpcMetrics.DurationTime, durationNs);
        counters.Add(loop.Index, GrpcMetrics.DurationTimeTotal, durationNs);
    }

    private sealed class Method
    {
        private const int WaitingMax = 256;

        private List<(int Status, long DurationNs)> _waiting = [];

        /// <summary>Null until they are there.</summary>
        public MetricGroup? Counters { get; set; }

        /// <summary>False: so many calls wait already.</summary>
        public bool TryWait(int status, long durationNs)
        {
            if (_waiting.Count >= WaitingMax)
            {
                return false;
            }
            _waiting.Add((status, durationNs));
            return true;
        }

        public List<(int Status, long DurationNs)> TakeWaiting()
        {
            List<(int, long)> waiting = _waiting;
            _waiting = [];
            return waiting;
        }
    }

    /// <summary>Clients choose the paths, so the hash has a secret: that of the process.</summary>
    private sealed class PathComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
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
