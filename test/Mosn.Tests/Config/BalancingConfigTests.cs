using Mosn.Proxy.Config;

namespace Mosn.Tests.Config;

public sealed class BalancingConfigTests
{
    [Theory]
    [InlineData("\"lbconfig\": {\"choice_count\": 0},", "out of range: 0; expected a whole number from 1 to")]
    [InlineData("\"lbconfig\": {\"active_request_bias\": -1},", "expected a number of at least 0")]
    [InlineData("\"lbconfig\": {\"minimum_ring_size\": 9, \"maximum_ring_size\": 8},",
        "'minimum_ring_size' is above 'maximum_ring_size'")]
    [InlineData("\"lbconfig\": {\"zone_aware\": {\"percent\": 101}},", "out of range: 101")]
    [InlineData("\"lb_subset_config\": {\"subset_selectors\": [[\"a\"], []]},", "a selector without a label name")]
    [InlineData("\"lb_subset_config\": {\"subset_selectors\": [[\"\"]]},", "a selector without a label name")]
    [InlineData("\"slow_start\": {\"mode\": \"linear\"},", "unknown mode: \"linear\"; expected duration")]
    [InlineData("\"panic_threshold\": 101,", "out of range: 101; expected a whole number from 0 to 100")]
    [InlineData("\"lb_type\": \"LB_RING_HSH\",", "did you mean 'LB_RING_HASH'?")]
    public void A_mistake_is_an_error(string inCluster, string expected)
    {
        ConfigLoadResult result = ConfigSamples.Json(ConfigSamples.Small("", "\n" + inCluster + "\n"));
        Assert.True(result.HasErrors);
        Assert.Contains(expected, string.Join('\n', ConfigSamples.All(result)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"lb_subset_config\": {\"fall_back_policy\": 1},", "there are no subsets without 'subset_selectors'")]
    [InlineData("\"lb_subset_config\": {\"subset_selectors\": [[\"a\"]], \"default_subset\": {\"a\": \"b\"}},",
        "used with 'fall_back_policy' 2 only")]
    [InlineData("\"slow_start\": {\"mode\": \"duration\", \"slow_start_duration\": \"10s\"},",
        "no effect with LB_ROUNDROBIN, which looks at no weights")]
    public void What_has_no_effect_is_a_warning(string inCluster, string expected)
    {
        ConfigLoadResult result = ConfigSamples.Json(ConfigSamples.Small("", "\n" + inCluster + "\n"));
        Assert.False(result.HasErrors);
        Assert.Contains(expected, string.Join('\n', ConfigSamples.All(result)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LB_ROUNDROBIN")]
    [InlineData("LB_WEIGHTED_ROUNDROBIN")]
    [InlineData("LB_LEAST_REQUEST")]
    [InlineData("LB_LEAST_CONNECTION")]
    [InlineData("LB_PEAK_EWMA")]
    [InlineData("LB_MAGLEV")]
    [InlineData("LB_RING_HASH")]
    [InlineData("LB_REQUEST_ROUNDROBIN")]
    [InlineData("LB_RANDOM")]
    public void Every_balancer_is_built(string type)
    {
        ConfigLoadResult result = ConfigSamples.Json(ConfigSamples.Small("", $"\n\"lb_type\": \"{type}\","
            + "\"lbconfig\": {\"choice_count\": 3, \"zone_aware\": {\"enabled\": true}},"
            + "\"lb_subset_config\": {\"subset_selectors\": [[\"a\"]]},\n"));
        Assert.Empty(result.Problems);
    }
}
