namespace Mosn.Proxy.Grpc;

/// <summary>Makes a service. Control side.</summary>
/// <exception cref="FormatException">The settings are of no use; the message is for their author.</exception>
public delegate GrpcService GrpcServiceBuilder(GrpcServiceSettings settings);

/// <summary>
/// The gRPC services that this binary has, by the name that <c>server_name</c> gives. The product itself has none; whoever
/// builds a binary of their own adds theirs.
/// </summary>
public sealed class GrpcServiceRegistry
{
    private readonly Dictionary<string, GrpcServiceBuilder> _builders = new(StringComparer.Ordinal);

    /// <summary>In no order.</summary>
    public IReadOnlyCollection<string> Names => _builders.Keys;

    /// <summary>Adds a service. Its name is new: a duplicate is a bug in the composition.</summary>
    public GrpcServiceRegistry Add(string name, GrpcServiceBuilder build)
    {
        _builders.Add(name, build);
        return this;
    }

    /// <summary>Null if this binary has none of that name.</summary>
    internal GrpcServiceBuilder? Find(string name) => _builders.GetValueOrDefault(name);
}
