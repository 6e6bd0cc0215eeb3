namespace Mosn.Proxy.Expressions;

/// <summary>What an expression or a part of it is. Every expression has one type, known when it is compiled.</summary>
internal enum ExpressionType : byte
{
    /// <summary>Only as a wish: any type will do.</summary>
    Any,
    Bool,

    /// <summary>64 bits, signed.</summary>
    Int,
    Double,

    /// <summary>UTF-8, as it was received.</summary>
    String,

    /// <summary>Nanoseconds.</summary>
    Duration,

    /// <summary>UTC ticks of <see cref="DateTime"/>.</summary>
    Timestamp,

    /// <summary>Text by text: headers, query parameters.</summary>
    StringMap,
    Ip,
    Email,
    Uri,
    DnsName,

    /// <summary>The object <c>ctx</c>, through which an expression changes the request and its response.</summary>
    Context,
}
