namespace Mosn.Proxy.Config;

/// <summary>Words that TLS contexts may use.</summary>
internal static class TlsNames
{
    public static IReadOnlyList<string> Ciphers { get; } =
    [
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-WITH-CHACHA20-POLY1305", "ECDHE-RSA-WITH-CHACHA20-POLY1305",
        "ECDHE-RSA-AES256-CBC-SHA", "ECDHE-RSA-AES128-CBC-SHA",
        "ECDHE-ECDSA-AES256-CBC-SHA", "ECDHE-ECDSA-AES128-CBC-SHA",
        "RSA-AES256-CBC-SHA", "RSA-AES128-CBC-SHA",
        "ECDHE-RSA-3DES-EDE-CBC-SHA", "RSA-3DES-EDE-CBC-SHA",
        "AES256-GCM-SHA384", "AES128-GCM-SHA256",
    ];

    public static IReadOnlyList<string> Curves { get; } = ["x25519", "p256", "p384", "p521"];
}
