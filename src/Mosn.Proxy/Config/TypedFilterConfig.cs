namespace Mosn.Proxy.Config;

/// <summary>The settings of a filter or sink whose type is known; which one, the derived record says.</summary>
public abstract record TypedFilterConfig;
