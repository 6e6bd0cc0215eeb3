namespace Mosn.Proxy.Admin;

/// <summary>The virtual host that a change of routes is for.</summary>
/// <param name="Router">Name of the router configuration.</param>
/// <param name="Domain">A host as a request names it, or a domain of the configuration; empty: the default one.</param>
internal readonly record struct RoutePlace(string Router, string Domain);
