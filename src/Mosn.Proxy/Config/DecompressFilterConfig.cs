namespace Mosn.Proxy.Config;

/// <summary>
/// The stream filters decompress_request and decompress_response: decode bodies in gzip, br or zstd for an upstream or a
/// client that wants them plain.
/// </summary>
public sealed record DecompressFilterConfig : TypedFilterConfig, IConfigRecord<DecompressFilterConfig>
{
    private static readonly string[] s_encodings = ["gzip", "br", "zstd"];

    /// <summary>Codings that are decoded; bodies in others pass as they are.</summary>
    public IReadOnlyList<string> Encodings { get; init; } = s_encodings;

    /// <summary>Bytes that a decoded body may have.</summary>
    public long MaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many times larger a body may become; counted from its first mebibyte.</summary>
    public int MaxRatio { get; init; } = 100;

    /// <summary>Bodies that one loop decodes at a time; further ones are refused (request) or go as they are.</summary>
    public int MaxStreams { get; init; } = 128;

    static DecompressFilterConfig IConfigRecord<DecompressFilterConfig>.Bind(
        ConfigBinder binder, DecompressFilterConfig value) => value with
        {
            Encodings = binder.Strings(
                "encodings", value.Encodings, "Codings that are decoded: gzip, br, zstd. Others pass as they are."),
            MaxBytes = binder.ByteSize("max_bytes", value.MaxBytes, "Bytes that a decoded body may have."),
            MaxRatio = binder.Int(
                "max_ratio", value.MaxRatio,
                "How many times larger a body may become; counted from its first mebibyte.",
                Field.Range(2, 100_000)),
            MaxStreams = binder.Int(
                "max_streams", value.MaxStreams,
                "Bodies that one loop decodes at a time; further ones are refused (request) or go as they are.",
                Field.Range(1, 65536)),
        };
}
