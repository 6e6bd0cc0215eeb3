namespace Mosn.Proxy.Config;

/// <summary>The gzip stream filter: compresses responses, also as br and zstd.</summary>
public sealed record GzipFilterConfig : TypedFilterConfig, IConfigRecord<GzipFilterConfig>
{
    private static readonly string[] s_encodings = ["gzip"];
    private static readonly string[] s_contentTypes = ["text/html"];

    /// <summary>1, fast, to 9, small.</summary>
    public int Level { get; init; } = 6;

    /// <summary>Bytes that a response must have at least, if it says how many it has.</summary>
    public int ContentLength { get; init; }

    /// <summary>Content types that are compressed, without parameters.</summary>
    public IReadOnlyList<string> ContentTypes { get; init; } = s_contentTypes;

    /// <summary>Codings on offer: gzip, br, zstd; of those that a client likes equally, the first. Empty: none.</summary>
    public IReadOnlyList<string> Encodings { get; init; } = s_encodings;

    /// <summary>Of br: 0, fast, to 6, small; above, memory and time are out of proportion.</summary>
    public int BrotliQuality { get; init; } = 4;

    /// <summary>Of zstd: 1, fast, to 9, small.</summary>
    public int ZstdLevel { get; init; } = 3;

    /// <summary>Responses that one loop compresses at a time; further ones go as they are.</summary>
    public int MaxStreams { get; init; } = 128;

    static GzipFilterConfig IConfigRecord<GzipFilterConfig>.Bind(ConfigBinder binder, GzipFilterConfig value) =>
        value with
        {
            Level = binder.Int(
                "gzip_level", value.Level, "1, fast, to 9, small.", Field.Range(0, 9).AndZeroMeansDefault()),
            ContentLength = binder.Int(
                "content_length", value.ContentLength,
                "Bytes that a response must have at least, if it says how many it has.",
                Field.Range(0, int.MaxValue)),
            ContentTypes = binder.Strings(
                "content_types", value.ContentTypes, "Content types that are compressed, without parameters."),
            Encodings = binder.Strings(
                "encodings", value.Encodings,
                "Codings on offer: gzip, br, zstd; of those that a client likes equally, the first. Empty: none."),
            BrotliQuality = binder.Int(
                "br_quality", value.BrotliQuality, "Of br: 0, fast, to 6, small.", Field.Range(0, 6)),
            ZstdLevel = binder.Int(
                "zstd_level", value.ZstdLevel, "Of zstd: 1, fast, to 9, small.", Field.Range(1, 9)),
            MaxStreams = binder.Int(
                "max_streams", value.MaxStreams,
                "Responses that one loop compresses at a time; further ones go as they are.", Field.Range(1, 65536)),
        };
}
