using Mosn.Proxy.Config;

namespace Mosn.Proxy.Forwarding;

/// <summary>Compiles the configuration of one kind of stream filter. Control side.</summary>
/// <param name="filter">What the user wrote; already valid, unless the filter is none of the product's.</param>
/// <exception cref="FormatException">The settings are of no use; the message is for their author.</exception>
public delegate IStreamFilterFactory StreamFilterBuilder(FilterConfig filter, StreamFilterServices services);

/// <summary>
/// Compiles what a route or virtual host says about one kind of stream filter: the object is what
/// <see cref="FilterContext.RouteSettings{T}"/> gives. Control side.
/// </summary>
/// <inheritdoc cref="StreamFilterBuilder"/>
public delegate object RouteSettingsBuilder(FilterConfig filter);

/// <summary>
/// The stream filters that this binary knows, by their type in the configuration. Filled in the composition root: no
/// static state and no registration as a side effect of loading.
/// </summary>
public sealed class StreamFilterRegistry
{
    private readonly Dictionary<string, Entry> _byType = new(StringComparer.Ordinal);

    /// <summary>Adds a kind. Its name is new: a duplicate is a bug in the composition.</summary>
    /// <param name="type">As configurations name it.</param>
    /// <param name="builder">Compiles a listener's filter.</param>
    /// <param name="routeSettings">Compiles <c>per_filter_config</c>; null if the filter has no settings for a route.</param>
    public StreamFilterRegistry Add(string type, StreamFilterBuilder builder, RouteSettingsBuilder? routeSettings = null)
    {
        _byType.Add(type, new Entry(builder, routeSettings));
        return this;
    }

    /// <summary>The kinds that are there.</summary>
    public IReadOnlyCollection<string> Types => _byType.Keys;

    /// <summary>The kind's builder; null if this binary does not know it.</summary>
    public StreamFilterBuilder? Find(string type) => _byType.GetValueOrDefault(type)?.Builder;

    /// <summary>The builder of settings for routes; null if the kind is unknown or has none.</summary>
    public RouteSettingsBuilder? FindRouteSettings(string type) => _byType.GetValueOrDefault(type)?.RouteSettings;

    private sealed record Entry(StreamFilterBuilder Builder, RouteSettingsBuilder? RouteSettings);
}
