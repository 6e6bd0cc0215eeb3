namespace Mosn.Proxy.Config;

/// <summary>One TLS context. Files and inline PEM text are told apart by the text -----BEGIN.</summary>
public sealed record TlsContextConfig : IConfigRecord<TlsContextConfig>
{
    /// <summary>false: the context is ignored.</summary>
    public bool Status { get; init; }

    /// <summary>Name of a verification extension.</summary>
    public string Type { get; init; } = "";

    /// <summary>Client: name sent and expected. Server: one more name to match.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>Trusted roots, PEM text or file. Empty: those of the system.</summary>
    public string CaCert { get; init; } = "";

    /// <summary>Certificate chain, PEM text or file.</summary>
    public string CertChain { get; init; } = "";

    /// <summary>Private key, PEM text or file.</summary>
    public string PrivateKey { get; init; } = "";

    /// <summary>Verify the certificate of a client that presents one.</summary>
    public bool VerifyClient { get; init; }

    /// <summary>Refuse a client without a certificate.</summary>
    public bool RequireClientCert { get; init; }

    /// <summary>Client: verify nothing.</summary>
    public bool InsecureSkip { get; init; }

    /// <summary>Names joined by a colon.</summary>
    public string CipherSuites { get; init; } = "";

    /// <summary>Names joined by a comma.</summary>
    public string EcdhCurves { get; init; } = "";

    /// <summary>Lowest version.</summary>
    public TlsProtocolVersion MinVersion { get; init; } = TlsProtocolVersion.Auto;

    /// <summary>Highest version.</summary>
    public TlsProtocolVersion MaxVersion { get; init; } = TlsProtocolVersion.Auto;

    /// <summary>Protocols joined by a comma.</summary>
    public string Alpn { get; init; } = "";

    /// <summary>Go on in plain text when the certificate cannot be loaded.</summary>
    public bool FallBack { get; init; }

    /// <summary>Handed to the verification extension.</summary>
    public ConfigNode? ExtendVerify { get; init; }

    /// <summary>Names of functions to call after a secret arrived.</summary>
    public IReadOnlyList<string> Callbacks { get; init; } = [];

    /// <summary>Where secrets come from when a control plane delivers them.</summary>
    public ConfigNode? SdsSource { get; init; }

    static TlsContextConfig IConfigRecord<TlsContextConfig>.Bind(ConfigBinder binder, TlsContextConfig value)
    {
        value = value with
        {
            Status = binder.Bool(
                "status", value.Status,
                "false: the context is ignored.", Field.Needs(ConfigFeature.Tls)),
            Type = binder.String("type", value.Type, "Name of a verification extension."),
            ServerName = binder.String(
                "server_name", value.ServerName,
                "Client: name sent and expected. Server: one more name to match."),
            CaCert = binder.String(
                "ca_cert", value.CaCert,
                "Trusted roots, PEM text or file. Empty: those of the system."),
            CertChain = binder.String("cert_chain", value.CertChain, "Certificate chain, PEM text or file."),
            PrivateKey = binder.Secret("private_key", value.PrivateKey, "Private key, PEM text or file."),
            VerifyClient = binder.Bool(
                "verify_client", value.VerifyClient,
                "Verify the certificate of a client that presents one."),
            RequireClientCert = binder.Bool(
                "require_client_cert", value.RequireClientCert,
                "Refuse a client without a certificate."),
            InsecureSkip = binder.Bool("insecure_skip", value.InsecureSkip, "Client: verify nothing."),
            CipherSuites = binder.String("cipher_suites", value.CipherSuites, "Names joined by a colon."),
            EcdhCurves = binder.String("ecdh_curves", value.EcdhCurves, "Names joined by a comma."),
            MinVersion = binder.Enum(
                "min_version", value.MinVersion, ConfigNames.TlsProtocolVersion,
                "Lowest version."),
            MaxVersion = binder.Enum(
                "max_version", value.MaxVersion, ConfigNames.TlsProtocolVersion,
                "Highest version."),
            Alpn = binder.String("alpn", value.Alpn, "Protocols joined by a comma."),
        };
        binder.Ignored("ticket", "It has no effect in MOSN either.");
        value = value with
        {
            FallBack = binder.Bool(
                "fall_back", value.FallBack,
                "Go on in plain text when the certificate cannot be loaded."),
            ExtendVerify = binder.Raw("extend_verify", value.ExtendVerify, "Handed to the verification extension."),
            Callbacks = binder.Strings(
                "callbacks", value.Callbacks,
                "Names of functions to call after a secret arrived."),
            SdsSource = binder.Raw(
                "sds_source", value.SdsSource,
                "Where secrets come from when a control plane delivers them.", Field.Needs(ConfigFeature.Xds)),
        };
        return value;
    }
}

/// <summary>A TLS version; Auto leaves the bound open.</summary>
public enum TlsProtocolVersion
{
    Auto,
    Tls10,
    Tls11,
    Tls12,
    Tls13,
}
