namespace Mosn.Proxy.Expressions;

/// <summary>What messages call a type.</summary>
internal static class ExpressionTypes
{
    public static string NameOf(ExpressionType type) => type switch
    {
        ExpressionType.Any => "anything",
        ExpressionType.Bool => "bool",
        ExpressionType.Int => "int",
        ExpressionType.Double => "double",
        ExpressionType.String => "string",
        ExpressionType.Duration => "duration",
        ExpressionType.Timestamp => "timestamp",
        ExpressionType.StringMap => "map of strings",
        ExpressionType.Ip => "ip",
        ExpressionType.Email => "email",
        ExpressionType.Uri => "uri",
        ExpressionType.DnsName => "dnsName",
        ExpressionType.Context => "ctx",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
