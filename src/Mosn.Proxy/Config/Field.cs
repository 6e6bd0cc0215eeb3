namespace Mosn.Proxy.Config;

/// <summary>What a declaration says about a field beyond its name and kind.</summary>
internal readonly record struct Field
{
    /// <summary>Missing or empty is an error.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Zero stands for the default.</summary>
    public bool ZeroIsDefault { get; init; }

    /// <summary>A duration may be negative: for ever.</summary>
    public bool NegativeIsForEver { get; init; }

    /// <summary>What must be built before the field has an effect; null: nothing.</summary>
    public ConfigFeature? Feature { get; init; }

    /// <summary>Inclusive bounds of a number; null: those of its type.</summary>
    public (long Min, long Max)? Bounds { get; init; }

    public static Field Required => new() { IsRequired = true };

    public static Field ZeroMeansDefault => new() { ZeroIsDefault = true };

    public static Field NegativeMeansForEver => new() { NegativeIsForEver = true };

    public static Field Needs(ConfigFeature feature) => new() { Feature = feature };

    public static Field Range(long min, long max) => new() { Bounds = (min, max) };

    public Field AndZeroMeansDefault() => this with { ZeroIsDefault = true };

    internal Field Within(long min, long max) => Bounds is null ? this with { Bounds = (min, max) } : this;
}
