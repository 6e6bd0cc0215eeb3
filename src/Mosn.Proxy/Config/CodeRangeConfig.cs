namespace Mosn.Proxy.Config;

/// <summary>Status codes from one to another, both included.</summary>
public sealed record CodeRangeConfig : IConfigRecord<CodeRangeConfig>
{
    /// <summary>The lowest.</summary>
    public int Start { get; init; } = 200;

    /// <summary>The highest.</summary>
    public int End { get; init; } = 200;

    static CodeRangeConfig IConfigRecord<CodeRangeConfig>.Bind(ConfigBinder binder, CodeRangeConfig value)
    {
        // Upper case, as MOSN's structure has no names of its own for JSON.
        value = value with
        {
            Start = binder.Int("Start", value.Start, "The lowest.", Field.Range(100, 599)),
            End = binder.Int("End", value.End, "The highest.", Field.Range(100, 599)),
        };
        return value;
    }
}
