using System.Buffers;
using System.Text;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Routing;

/// <summary>
/// The request says which cluster it wants, by a variable or a header. A name that a loop has seen before costs it no
/// allocation and nothing shared with others.
/// </summary>
/// <param name="variable">Holds the name; null: the header does.</param>
/// <param name="header">Lower case; empty if there is a variable.</param>
/// <param name="criteria">Labels that a host must have, in whatever cluster.</param>
internal sealed class NamedCluster(
    ClusterDirectory clusters, VariableValue? variable, byte[] header, MetadataCriteria? criteria, int loopCount)
    : ClusterChoice
{
    private const int NameLengthMax = 255;

    /// <summary>Names of clusters that a loop remembers; with more it begins anew.</summary>
    private const int NamesMax = 4096;

    private readonly RouteCluster _none = new(new ClusterRef(""), criteria);
    private readonly LoopLocal<Dictionary<byte[], RouteCluster>> _known =
        new(loopCount, static _ => new Dictionary<byte[], RouteCluster>(BytesComparer.Exact));

    public override RouteCluster Pick(StreamContext stream)
    {
        if (variable is null)
        {
            return stream.Request.TryGetHeader(header, out ReadOnlySpan<byte> value) ? Find(stream, value) : _none;
        }
        byte[]? rented = null;
        RouteCluster found = variable.TryRead(
            stream, stackalloc byte[NameLengthMax + 1], ref rented, out ReadOnlySpan<byte> name)
                ? Find(stream, name)
                : _none;
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        return found;
    }

    public override bool Contains(StreamContext stream, string name) => Pick(stream).Cluster.Name == name;

    public override bool HasUsableHost(StreamContext stream) => HasUsableHost(Pick(stream));

    private RouteCluster Find(StreamContext stream, ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > NameLengthMax)
        {
            return _none;
        }
        Dictionary<byte[], RouteCluster> known = _known.On(stream.Loop);
        return known.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out RouteCluster? found)
            ? found
            : FindNew(known, name);
    }

    /// <summary>Only names of clusters are kept: a client may send any others, and as many as it likes.</summary>
    private RouteCluster FindNew(Dictionary<byte[], RouteCluster> known, ReadOnlySpan<byte> name)
    {
        string text = Encoding.UTF8.GetString(name);
        if (clusters.Find(text) is not { } cluster)
        {
            return new RouteCluster(new ClusterRef(text), criteria);
        }
        if (known.Count >= NamesMax)
        {
            known.Clear();
        }
        RouteCluster found = new(cluster, criteria);
        known.Add(name.ToArray(), found);
        return found;
    }
}
