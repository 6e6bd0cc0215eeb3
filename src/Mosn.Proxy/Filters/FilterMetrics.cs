using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Filters;

/// <summary>
/// What the stream filters count, each with the label <c>listener=NAME</c>. The index of a metric is its constant here.
/// </summary>
internal static class FilterMetrics
{
    public const int FaultDelayed = 0;
    public const int FaultAborted = 1;
    public const int PayloadRefused = 0;
    public const int AccessAllowed = 0;
    public const int AccessDenied = 1;
    public const int RateAllowed = 0;
    public const int RateLimited = 1;
    public const int RateKeysDropped = 2;
    public const int DslDone = 0;
    public const int DslFailed = 1;
    public const int CorsAllowed = 0;
    public const int CorsOther = 1;
    public const int GrpcWebBinary = 0;
    public const int GrpcWebText = 1;
    public const int GrpcWebMalformed = 2;
    public const int GrpcWebNotGrpc = 3;
    public const int CodingDone = 0;
    public const int CodingSkipped = 1;
    public const int CodingFailed = 2;
    public const int CodingBytesIn = 3;
    public const int CodingBytesOut = 4;

    public const int Transcoded = 0;
    public const int TranscodingRefused = 1;

    public static MetricSchema Transcoder { get; } = new("filter_transcoder",
    [
        Counter("transcoded_total", "Requests that were to go upstream in another protocol."),
        Counter("refused_total", "Requests and responses that could not be put into another protocol, or were too large."),
    ]);

    public static MetricSchema Fault { get; } = new("filter_fault",
    [
        Counter("delayed_total", "Requests that were delayed."),
        Counter("aborted_total", "Requests that were answered in place of the upstream."),
    ]);

    public static MetricSchema PayloadLimit { get; } = new("filter_payload_limit",
    [
        Counter("refused_total", "Requests refused because their body is too large."),
    ]);

    public static MetricSchema IpAccess { get; } = new("filter_ip_access",
    [
        Counter("allowed_total", "Requests let in."),
        Counter("denied_total", "Requests refused."),
    ]);

    public static MetricSchema LocalRateLimit { get; } = new("filter_local_rate_limit",
    [
        Counter("allowed_total", "Requests that got a token."),
        Counter("limited_total", "Requests refused because there was no token."),
        Counter("keys_dropped_total", "Keys that gave their place to others while they were still limited."),
    ]);

    public static MetricSchema FlowControl { get; } = new("filter_flow_control",
    [
        Counter("allowed_total", "Requests that the rules of their resource let pass."),
        Counter("limited_total", "Requests refused by a rule."),
    ]);

    public static MetricSchema Cors { get; } = new("filter_cors",
    [
        Counter("origin_allowed_total", "Requests of an allowed origin."),
        Counter("origin_other_total", "Requests of an origin that is not allowed."),
    ]);

    public static MetricSchema GrpcWeb { get; } = new("filter_grpc_web",
    [
        Counter("binary_total", "Calls in the binary form."),
        Counter("text_total", "Calls in the text form."),
        Counter("malformed_total", "Calls in the text form whose body was not base64."),
        Counter("not_grpc_total", "Calls that the upstream answered with something else than gRPC."),
    ]);

    public static MetricSchema Dsl { get; } = new("filter_dsl",
    [
        Counter("evaluated_total", "Expressions that were evaluated."),
        Counter("failed_total", "Expressions that could not be evaluated for a stream."),
    ]);

    public static MetricSchema Compress { get; } = Coding("filter_gzip", "Responses");

    public static MetricSchema DecompressRequest { get; } = Coding("filter_decompress_request", "Requests");

    public static MetricSchema DecompressResponse { get; } = Coding("filter_decompress_response", "Responses");

    /// <summary>The group of a listener's filter.</summary>
    public static MetricGroup Of(MetricSchema schema, MetricRegistry metrics, string listenerName) =>
        metrics.GetOrAdd(schema, ("listener", listenerName));

    private static MetricSchema Coding(string type, string what) => new(type,
    [
        Counter("done_total", $"{what} whose body was changed."),
        Counter("skipped_total", $"{what} that passed as they were because too many others were under way."),
        Counter("failed_total", $"{what} whose body could not be changed to its end."),
        Counter("bytes_in_total", "Bytes of bodies before the change."),
        Counter("bytes_out_total", "Bytes of bodies after it."),
    ]);

    private static MetricDefinition Counter(string name, string help) => new(name, MetricKind.Counter, help);
}
