using System.Text;
using System.Text.Json;
using Mosn.Proxy.Config;

namespace Mosn.Tests.Config;

public class HealthConfigTests
{
    [Fact]
    public void Health_checks_are_read_whole()
    {
        ConfigLoadResult result = Load("""
            "health_check": {
              "protocol": "Http1", "service_name": "s", "timeout": "2s", "interval": "5s", "unhealthy_interval": "1s",
              "interval_jitter": "50ms", "initial_delay_seconds": "3s", "healthy_threshold": 2, "unhealthy_threshold": 4,
              "passive_failures": 7, "event_log_path": "/tmp/h.log",
              "check_config": {"http_check_config": {
                "port": 8080, "timeout": "1s", "path": "/h?a=b", "method": "HEAD", "domain": "a.test:80",
                "codes": [{"Start": 200, "End": 299}, {"start": 404, "end": 404}],
                "headers": {"X-A": "1"}, "expected_body": "ok"}}},
            """);
        Assert.Empty(ConfigSamples.All(result));
        HealthCheckConfig check = result.Config!.ClusterManager!.Clusters[0].HealthCheck!;
        Assert.Equal((2u, 4u, 7u), (check.HealthyThreshold, check.UnhealthyThreshold, check.PassiveFailures));
        Assert.Equal(TimeSpan.FromSeconds(3), check.InitialDelay);
        HttpCheckConfig http = check.CheckConfig!.Http!;
        Assert.Equal([(200, 299), (404, 404)], http.Codes.Select(static range => (range.Start, range.End)));
        Assert.Equal("1", http.Headers["X-A"]);
    }

    [Fact]
    public void Zeros_stand_for_the_defaults()
    {
        ConfigLoadResult result = Load("""
            "health_check": {"service_name": "s", "timeout": "0s", "interval": "0s", "initial_delay_seconds": "0s",
              "healthy_threshold": 0, "unhealthy_threshold": 0},
            """);
        Assert.Equal(new HealthCheckConfig { ServiceName = "s" }, result.Config!.ClusterManager!.Clusters[0].HealthCheck);
    }

    [Fact]
    public void Outlier_detection_is_read_and_written_with_the_names_of_envoy()
    {
        ConfigLoadResult result = Load("""
            "outlier_detection": {"consecutive_5xx": 3, "interval": "1s", "base_ejection_time": "2s",
              "max_ejection_percent": 50, "success_rate_stdev_factor": 1500, "enforcing_failure_percentage": 100},
            """);
        Assert.Empty(ConfigSamples.All(result));
        OutlierDetectionConfig outliers = result.Config!.ClusterManager!.Clusters[0].OutlierDetection!;
        Assert.Equal((3u, 50u, 1500u), (outliers.Consecutive5xx, outliers.MaxEjectionPercent, outliers.SuccessRateStdevFactor));
        Assert.Equal(5u, outliers.ConsecutiveGatewayFailure);

        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            ConfigJsonWriter.Write(json, result.Config.ClusterManager.Clusters[0]);
        }
        Assert.Contains(
            "\"outlier_detection\":{\"consecutive_5xx\":3,\"interval\":\"1s\",\"base_ejection_time\":\"2s\","
            + "\"max_ejection_percent\":50,\"success_rate_stdev_factor\":1500,\"enforcing_failure_percentage\":100}",
            Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Theory]
    [InlineData("""{"timeout": "1s"}""", "no health checks are made without 'service_name'")]
    [InlineData("""{"service_name": "s", "protocol": "Http1", "check_config": {"grpc_check_config": {}}}""", "with protocol grpc only")]
    [InlineData("""{"service_name": "s", "protocol": "grpc", "check_config": {"tcp_check_config": {}}}""", "no effect with protocol grpc")]
    [InlineData("""{"service_name": "s", "common_callbacks": ["f"]}""", "no such function is built in")]
    [InlineData("""{"service_name": "s", "timeout": "20s"}""", "'timeout' is above 'interval'")]
    [InlineData("""{"service_name": "s", "check_config": {"http_check_config": {"path": "/"}}}""", "with protocols Http1 and Http2 only")]
    [InlineData(
        """{"service_name": "s", "protocol": "Http1", "check_config": {"http_check_config": {"scheme": "https"}}}""",
        "not supported yet: health checks over https")]
    [InlineData("""{"service_name": "s", "check_config": {"udp": {}}}""", "unknown key")]
    public void What_has_no_effect_is_a_warning(string check, string problem)
    {
        ConfigLoadResult result = Load($"\"health_check\": {check},");
        Assert.Empty(ConfigSamples.Errors(result));
        Assert.Contains(problem, Assert.Single(ConfigSamples.All(result)));
    }

    [Theory]
    [InlineData("""{"http_check_config": "x"}""", "an object")]
    [InlineData("""{"http_check_config": {"port": 70000}}""", "out of range")]
    [InlineData("""{"http_check_config": {"path": "health"}}""", "not a path")]
    [InlineData("""{"http_check_config": {"path": "/a b"}}""", "not a path")]
    [InlineData("""{"http_check_config": {"method": "G ET"}}""", "not a method")]
    [InlineData("""{"http_check_config": {"method": "CONNECT"}}""", "a check cannot make tunnels")]
    [InlineData("""{"http_check_config": {"domain": "a/b"}}""", "not a host")]
    [InlineData("""{"http_check_config": {"codes": [{"Start": 300, "End": 200}]}}""", "'Start' is above 'End'")]
    [InlineData("""{"http_check_config": {"codes": [{"Start": 99, "End": 200}]}}""", "out of range")]
    [InlineData("""{"http_check_config": {"headers": {"a b": "c"}}}""", "not a header")]
    [InlineData("""{"tcp_check_config": {"send_hex": "abc"}}""", "not bytes in hexadecimal")]
    [InlineData("""{"tcp_check_config": {"receive": "a", "receive_hex": "61"}}""", "keep one of them")]
    public void A_check_that_cannot_be_made_is_an_error(string checkConfig, string problem)
    {
        ConfigLoadResult result = Load(
            $$""" "health_check": {"service_name": "s", "protocol": "Http1", "check_config": {{checkConfig}}}, """);
        Assert.Contains(problem, Assert.Single(ConfigSamples.Errors(result)));
    }

    [Fact]
    public void A_percentage_is_one()
    {
        Assert.Contains("out of range", Assert.Single(ConfigSamples.Errors(
            Load(""" "outlier_detection": {"max_ejection_percent": 101}, """))));
        Assert.Contains("is above 'max_ejection_time'", Assert.Single(ConfigSamples.All(
            Load(""" "outlier_detection": {"base_ejection_time": "400s"}, """))));
    }

    [Fact]
    public void Headers_that_carry_credentials_are_not_shown()
    {
        ConfigLoadResult result = Load("""
            "health_check": {"service_name": "s", "protocol": "Http1",
              "check_config": {"http_check_config": {"headers": {"Authorization": "Basic abc", "X-A": "1"}}}},
            """);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            ConfigJsonWriter.Write(json, result.Config!);
        }
        string text = Encoding.UTF8.GetString(stream.ToArray());
        Assert.DoesNotContain("Basic abc", text);
        Assert.Contains("\"X-A\":\"1\"", text);
    }

    private static ConfigLoadResult Load(string inCluster) => ConfigSamples.Json(ConfigSamples.Small(inCluster: inCluster));
}
