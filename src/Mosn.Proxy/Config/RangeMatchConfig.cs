namespace Mosn.Proxy.Config;

/// <summary>A range of whole numbers.</summary>
public sealed record RangeMatchConfig : IConfigRecord<RangeMatchConfig>
{
    /// <summary>The first number in it.</summary>
    public long Start { get; init; }

    /// <summary>The first number behind it.</summary>
    public long End { get; init; }

    static RangeMatchConfig IConfigRecord<RangeMatchConfig>.Bind(ConfigBinder binder, RangeMatchConfig value)
    {
        value = value with
        {
            Start = binder.Long(
                "start", value.Start,
                "The first number in it.", Field.Range(long.MinValue, long.MaxValue)),
            End = binder.Long(
                "end", value.End,
                "The first number behind it.", Field.Range(long.MinValue, long.MaxValue)),
        };
        return value;
    }
}
