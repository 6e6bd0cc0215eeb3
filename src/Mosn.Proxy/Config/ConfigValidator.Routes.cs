using System.Globalization;

namespace Mosn.Proxy.Config;

internal sealed partial class ConfigValidator
{
    private void CheckMatch(RouteMatchConfig match)
    {
        foreach (HeaderMatcherConfig header in match.Headers)
        {
            CheckHeaderMatcher(header, IsMethod(match, header));
        }
        foreach (QueryParameterConfig parameter in match.QueryParameters)
        {
            CheckTests(
                parameter,
                ("value", parameter.Value.Length > 0 || parameter.Regex),
                ("present_match", parameter.PresentMatch));
            CheckPatternOf(parameter, parameter.Regex, parameter.Value);
        }
        foreach (VariableMatcherConfig variable in match.Variables)
        {
            if (variable.Value.Length == 0 && variable.Regex.Length == 0)
            {
                Error(variable, "", "a condition without 'value' or 'regex' never holds");
            }
        }
        (string Field, bool IsGiven)[] kinds =
        [
            ("prefix", match.Prefix.Length > 0),
            ("path", match.Path.Length > 0),
            ("regex", match.Regex.Length > 0),
            ("variables", match.Variables.Count > 0),
            ("dsl_expressions", match.DslExpressions.Count > 0),
        ];
        string[] given = [.. kinds.Where(static kind => kind.IsGiven).Select(static kind => kind.Field)];
        foreach (string unused in given.Skip(1))
        {
            Warning(match, unused, $"has no effect beside '{given[0]}': of the kinds of rule the first counts");
        }
        if (match.Headers.Count > 0 && given is ["variables" or "dsl_expressions", ..])
        {
            Warning(match, "headers", $"has no effect beside '{given[0]}'");
        }
    }

    /// <summary>Whether the condition is one on the request's method: not where headers are all that a rule has.</summary>
    private static bool IsMethod(RouteMatchConfig match, HeaderMatcherConfig header) =>
        header is { Name: "method", LiteralName: false }
        && (match.Prefix.Length > 0 || match.Path.Length > 0 || match.Regex.Length > 0);

    private void CheckHeaderMatcher(HeaderMatcherConfig header, bool isMethod)
    {
        CheckTests(
            header,
            ("value", header.Value.Length > 0 || header.Regex),
            ("present_match", header.PresentMatch),
            ("prefix_match", header.PrefixMatch.Length > 0),
            ("suffix_match", header.SuffixMatch.Length > 0),
            ("contains_match", header.ContainsMatch.Length > 0),
            ("range_match", header.RangeMatch is not null));
        if (!IsToken(header.Name))
        {
            Error(header, "name", "not a header name", $"\"{header.Name}\"");
        }
        if (isMethod && header.Regex)
        {
            Warning(header, "regex", "has no effect on the method, which is compared", expected: "one condition a method");
        }
        CheckPatternOf(header, header.Regex && !isMethod, header.Value);
        if (header.RangeMatch is { } range && range.Start >= range.End)
        {
            Error(
                range, "end", "an empty range", range.End.ToString(CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"more than start, which is {range.Start}"));
        }
    }

    private void CheckPatternOf(object record, bool isPattern, string value)
    {
        if (isPattern)
        {
            NodeBinder.CheckPattern(context.Problems, PlaceOf(record, "value"), value);
        }
    }

    private void CheckTests(object record, params ReadOnlySpan<(string Field, bool IsGiven)> tests)
    {
        string? first = null;
        foreach ((string field, bool isGiven) in tests)
        {
            if (isGiven && first is not null)
            {
                Error(record, field, $"a second test beside '{first}'", expected: "one; two conditions for two tests");
            }
            first ??= isGiven ? field : null;
        }
    }

    private void CheckHashPolicies(IReadOnlyList<HashPolicyConfig> policies)
    {
        foreach (HashPolicyConfig unused in policies.Skip(1))
        {
            Warning(unused, "", "only the first entry counts");
        }
        if (policies is not [{ } policy, ..])
        {
            return;
        }
        if (policy.Header is { } header && !IsHeaderName(header.Key))
        {
            Error(header, "key", "not a header name", $"\"{header.Key}\"");
        }
        if (policy.Cookie is not { } cookie)
        {
            return;
        }
        if (!IsHeaderName(cookie.Name))
        {
            Error(cookie, "name", "not the name of a cookie", $"\"{cookie.Name}\"");
        }
        if (cookie.Path.Any(static c => c is ';' || c < ' ' || c >= 0x7F))
        {
            Error(cookie, "path", "a cookie's path has no ';' and is ASCII", $"\"{cookie.Path}\"");
        }
        if (cookie.Ttl > TimeSpan.Zero && cookie.Ttl < TimeSpan.FromSeconds(1))
        {
            Error(cookie, "ttl", "a cookie's life is counted in seconds", GoDuration.Format(cookie.Ttl), "1s or more");
        }
    }

    private static bool IsHeaderName(string name) => name.Length > 0 && IsToken(name);

    private void CheckRetryPolicy(RetryPolicyConfig retry)
    {
        foreach (int code in retry.StatusCodes.Where(static c => c is < 100 or > 599))
        {
            Error(
                retry, "status_codes", "not a status code", code.ToString(CultureInfo.InvariantCulture), "100 to 599");
        }
        foreach (string condition in retry.Conditions.Where(static c => !RetryPolicyConfig.ConditionNames.Contains(c)))
        {
            Error(
                retry, "conditions", "unknown condition", $"\"{condition}\"",
                string.Join(", ", RetryPolicyConfig.ConditionNames),
                NearestMatch.Of(condition, RetryPolicyConfig.ConditionNames));
        }
        if (retry.Conditions.Contains(RetryPolicyConfig.StatusCodesCondition) && retry.StatusCodes.Count == 0)
        {
            Error(retry, "conditions", $"'{RetryPolicyConfig.StatusCodesCondition}' without 'status_codes'");
        }
        bool isOff = retry is { RetryOn: false, Conditions.Count: 0 };
        if (isOff && (retry.NumRetries > 0 || retry.StatusCodes.Count > 0))
        {
            Warning(retry, "", "'retry_on' is not set: only connects that fail are tried again");
        }
        if (retry.BackOff.BaseInterval > retry.BackOff.MaxInterval)
        {
            Error(
                retry.BackOff, "max_interval", "less than the base interval", GoDuration.Format(retry.BackOff.MaxInterval),
                $"at least {GoDuration.Format(retry.BackOff.BaseInterval)}");
        }
        if (retry.MaxBodyBytes > int.MaxValue)
        {
            Error(
                retry, "max_body_bytes", "more than a body may have", ByteSizeText.Format(retry.MaxBodyBytes),
                "less than 2GB");
        }
    }
}
