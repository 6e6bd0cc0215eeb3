namespace Mosn.Proxy.Config;

/// <summary>An answer without an upstream.</summary>
public sealed record DirectResponseConfig : IConfigRecord<DirectResponseConfig>
{
    /// <summary>Status code, 200..599.</summary>
    public int Status { get; init; }

    /// <summary>Body. Empty: none.</summary>
    public string Body { get; init; } = "";

    static DirectResponseConfig IConfigRecord<DirectResponseConfig>.Bind(
        ConfigBinder binder, DirectResponseConfig value)
    {
        value = value with
        {
            Status = binder.Int("status", value.Status, "Status code, 200..599."),
            Body = binder.String("body", value.Body, "Body. Empty: none."),
        };
        return value;
    }
}
