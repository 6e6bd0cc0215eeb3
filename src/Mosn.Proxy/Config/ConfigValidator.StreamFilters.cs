using System.Globalization;
using System.Text;

namespace Mosn.Proxy.Config;

internal sealed partial class ConfigValidator
{
    private static readonly string[] s_bodyCodings = ["gzip", "br", "zstd"];

    /// <summary>Filters that look at their listener's settings alone.</summary>
    private static readonly string[] s_ofListeners =
        ["ip_access", "header_to_metadata", "mirror", "dsl", "decompress_request", "decompress_response",
         "dubbo_stream", "fault_tolerance", "flowControlFilter", "grpc_metric", "grpc_web"];

    /// <summary>What a route or virtual host says about filters.</summary>
    private void CheckStreamFilters(IReadOnlyDictionary<string, FilterConfig> ofRoute)
    {
        foreach (FilterConfig filter in ofRoute.Values)
        {
            CheckStreamFilter(filter);
            if (s_ofListeners.Contains(filter.Type))
            {
                Warning(filter, "", $"{filter.Type} is set for a listener as a whole; on a route it has no effect");
            }
        }
    }

    /// <summary>What a stream filter's record alone cannot tell, at a listener as on a route.</summary>
    private void CheckStreamFilter(FilterConfig filter)
    {
        switch (filter.Typed)
        {
            case FaultFilterConfig fault:
                CheckFault(fault);
                break;
            case GzipFilterConfig gzip:
                CheckCodings(gzip, gzip.Encodings);
                break;
            case DecompressFilterConfig decompress:
                CheckCodings(decompress, decompress.Encodings);
                break;
            case IpAccessFilterConfig access:
                CheckIpAccess(access);
                break;
            case HeaderToMetadataFilterConfig labels:
                foreach (HeaderToMetadataRuleConfig rule in labels.RequestRules)
                {
                    CheckMetadataRule(rule);
                }
                break;
            case LocalRateLimitFilterConfig limit:
                CheckRateLimit(limit);
                break;
            case FlowControlFilterConfig flow:
                CheckFlowControl(flow);
                break;
            case CorsFilterConfig cors:
                CheckCors(cors);
                break;
            case FaultToleranceFilterConfig tolerance:
                CheckFaultTolerance(tolerance);
                break;
            case MirrorFilterConfig { Broadcast: true, Amplification: not 1 } mirror:
                Warning(mirror, "amplification", "has no effect beside 'broadcast': each host gets one copy");
                break;
            case TranscoderFilterConfig transcoder:
                CheckTranscoder(transcoder);
                break;
            case BufferFilterConfig { MaxRequestBytes: 0, Disabled: false } buffer:
                Error(buffer, "max_request_bytes", "no body fits", "0", "at least 1 byte, or 'disabled'");
                break;
            default:
                break;
        }
    }

    private void CheckFault(FaultFilterConfig fault)
    {
        if (fault.FixedDelay > FaultFilterConfig.DelayMax)
        {
            Error(fault, "delay.fixed_delay", "a delay that long", expected: "1h at most");
        }
        CheckCluster(fault.UpstreamCluster, fault, "upstream_cluster");
        foreach (HeaderMatcherConfig header in fault.Headers)
        {
            CheckHeaderName(header, "name", header.Name);
            if (header.Regex)
            {
                NodeBinder.CheckPattern(context.Problems, PlaceOf(header, "value"), header.Value);
            }
        }
    }

    private void CheckCodings(object filter, IReadOnlyList<string> encodings)
    {
        foreach (string unknown in encodings.Except(s_bodyCodings, StringComparer.Ordinal))
        {
            Error(
                filter, "encodings", "unknown content coding", $"\"{unknown}\"", string.Join(", ", s_bodyCodings),
                NearestMatch.Of(unknown, s_bodyCodings));
        }
    }

    private void CheckIpAccess(IpAccessFilterConfig access)
    {
        CheckHeaderName(access, "header", access.Header);
        if (access.TrustedHops > 0 && access.Header.Length == 0)
        {
            Error(access, "trusted_hops", "'trusted_hops' needs 'header'", expected: "for example X-Forwarded-For");
        }
        foreach (IpAccessEntryConfig entry in access.Ips)
        {
            if (entry.Addrs.Count == 0 && PlaceHas(entry, "addrs"))
            {
                Error(entry, "addrs", "no address", expected: "at least one");
            }
            foreach (string address in entry.Addrs.Where(static text => !IpRange.TryParse(text, out _)))
            {
                Error(
                    entry, "addrs", "neither an address nor a range", $"\"{address}\"",
                    "for example 10.1.2.3, 10.0.0.0/8 or fd00::/8");
            }
        }
    }

    private void CheckMetadataRule(HeaderToMetadataRuleConfig rule)
    {
        CheckHeaderName(rule, "header", rule.Header);
        if ((rule.OnHeaderPresent is null) == (rule.OnHeaderMissing is null))
        {
            Error(rule, "", "a rule has either 'on_header_present' or 'on_header_missing'");
        }
        if (rule.OnHeaderMissing is { Value: "", Key.Length: > 0 } label)
        {
            Error(label, "value", "a header that is missing has no value", expected: "'value'");
        }
    }

    private void CheckRateLimit(LocalRateLimitFilterConfig limit)
    {
        if (limit.FillInterval < TimeSpan.FromMilliseconds(1) || limit.FillInterval > TimeSpan.FromDays(1))
        {
            Error(limit, "fill_interval", "not an interval to limit by", expected: "1ms to 24h");
        }
        foreach (RateLimitKeyConfig key in limit.Keys)
        {
            bool needsName = key.Type is RateLimitKeyType.Header or RateLimitKeyType.Variable;
            if (needsName && key.Name.Length == 0)
            {
                Error(key, "name", "'name' is missing");
            }
            else if (key.Type == RateLimitKeyType.Header)
            {
                CheckHeaderName(key, "name", key.Name);
            }
            else if (!needsName && key.Name.Length > 0)
            {
                Warning(key, "name", "only keys of type header and variable have a name");
            }
        }
    }

    private void CheckFlowControl(FlowControlFilterConfig flow)
    {
        if (flow.CallbackName.Length > 0)
        {
            Warning(flow, "callback_name", "not supported yet: callbacks of flow control");
        }
        if (flow.DynamicDataResources is { Items.Count: > 0 })
        {
            Warning(flow, "dynamic_data_resources", "not supported yet: flow rules from elsewhere");
        }
        foreach (FlowRuleConfig rule in flow.Rules)
        {
            if (rule is not { TokenCalculateStrategy: 0, ControlBehavior: 0, RelationStrategy: 0 })
            {
                Warning(rule, "", "not supported yet: flow rules that do more than refuse above a threshold; taken as one");
            }
            if (Encoding.UTF8.GetByteCount(rule.Resource) > FlowRuleConfig.ResourceBytesMax)
            {
                Error(rule, "resource", "the name of a resource is too long", null, "512 bytes at most");
            }
        }
    }

    private void CheckCors(CorsFilterConfig cors)
    {
        foreach (CorsOriginConfig origin in cors.AllowOrigins)
        {
            int given = (origin.Exact.Length > 0 ? 1 : 0) + (origin.Suffix.Length > 0 ? 1 : 0)
                + (origin.Regex.Length > 0 ? 1 : 0);
            if (given != 1)
            {
                Error(
                    origin, "", "wrong number of conditions", given.ToString(CultureInfo.InvariantCulture),
                    "one of 'exact', 'suffix' and 'regex'");
            }
            if (origin.Suffix.Length > 0 && origin.Suffix[0] != '.'
                && !origin.Suffix.Contains("://", StringComparison.Ordinal))
            {
                Warning(
                    origin, "suffix", "names of other sites may end so, too", $"\"{origin.Suffix}\"", "a dot at the start");
            }
            if (origin.Exact == "*" && cors.AllowCredentials)
            {
                // Browsers refuse the star with credentials for the same reason: every page could act as its visitor.
                Error(origin, "exact", "'*' does not go with 'allow_credentials'", expected: "the origins by name");
            }
        }
        CheckTokens(cors, "allow_methods", cors.AllowMethods);
        CheckTokens(cors, "allow_headers", cors.AllowHeaders);
        CheckTokens(cors, "expose_headers", cors.ExposeHeaders);
    }

    private void CheckTokens(object record, string field, IReadOnlyList<string> names)
    {
        foreach (string name in names.Where(static name => name.Length == 0 || !IsToken(name)))
        {
            Error(record, field, "not a name", $"\"{name}\"");
        }
    }

    private void CheckHeaderName(object record, string field, string name)
    {
        if (!IsToken(name))
        {
            Error(record, field, "not a header name", $"\"{name}\"");
        }
    }
}
