using System.Collections.Frozen;

namespace Mosn.Proxy.Config;

/// <summary>How a configuration is read.</summary>
public sealed record ConfigLoadOptions
{
    /// <summary>Unknown keys are errors instead of warnings.</summary>
    public bool IsStrict { get; init; }

    /// <summary>Names of route handlers that the binary knows.</summary>
    public IReadOnlyList<string> RouteHandlers { get; init; } = FilterKinds.RouteHandlers;

    /// <summary>False: a list that a directory holds is refused. Who sends an update has no business with files here.</summary>
    public bool ReadsDirectories { get; init; } = true;

    /// <summary>What relative dynamic directories are relative to. Empty: the working directory, as in MOSN.</summary>
    public string BaseDirectory { get; init; } = "";

    /// <summary>
    /// Types of stream filters that this binary has besides those of the product. Their settings are kept as they stand.
    /// </summary>
    public IReadOnlyCollection<string> StreamFilters { get; init; } = [];

    /// <summary>Names of protocols that this binary can speak with clients.</summary>
    public IReadOnlyCollection<string> Protocols { get; init; } = [];

    /// <summary>Names that protocols may have in a configuration: MOSN's, whether they are built or not, and this binary's.</summary>
    internal IReadOnlyList<string> ProtocolNames => [.. FilterKinds.Protocols.Union(Protocols)];

    /// <summary>Names of protocols that this binary can speak to hosts.</summary>
    public IReadOnlyCollection<string> UpstreamProtocols { get; init; } = [];

    /// <summary>Names of gRPC services that this binary has; null: it is not known which.</summary>
    public IReadOnlyCollection<string>? GrpcServices { get; init; }

    /// <summary>Checks of texts in the languages of other folders; a language that lacks here is not checked.</summary>
    public IReadOnlyDictionary<ConfigSyntax, Func<string, ConfigSyntaxError?>> Syntax { get; init; } =
        FrozenDictionary<ConfigSyntax, Func<string, ConfigSyntaxError?>>.Empty;
}
