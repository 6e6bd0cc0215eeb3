using System.Text.Json;
using Mosn.Proxy.Admin;
using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Admin;

public sealed class AdminEndpointTests : IDisposable
{
    private readonly AdminWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("/")]
    [InlineData("/nobody")]
    [InlineData("/api/v1/states/")]
    [InlineData("/API/v1/states")]
    public void The_help_page_answers_the_root_and_every_unknown_path(string path)
    {
        AdminReply reply = _world.Get(path);
        Assert.Equal(200, reply.Status);
        Assert.Equal(
            """
            supported APIs:
            /api/v1/clusters
            /api/v1/config_dump
            /api/v1/disable_log
            /api/v1/enable_log
            /api/v1/env
            /api/v1/features
            /api/v1/get_loglevel
            /api/v1/states
            /api/v1/stats
            /api/v1/stats_glob
            /api/v1/update_loglevel
            /api/v1/version
            /metrics

            """,
            reply.Body);
        Assert.Equal("text/plain; charset=utf-8", reply.Field("content-type"));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    public void The_version_is_told_to_any_method(string method)
    {
        AdminReply reply = _world.Send(method, "/api/v1/version");
        Assert.Equal((200, "mosn version: 1.2.3"), (reply.Status, reply.Body));
    }

    [Fact]
    public void Every_state_is_told_by_its_number()
    {
        for (_world.State = 0; _world.State <= 13; _world.State++)
        {
            Assert.Equal($"pid={Environment.ProcessId}&state={_world.State}\n", _world.Get("/api/v1/states").Body);
        }
    }

    [Theory]
    [InlineData("GET", "/api/v1/update_loglevel", "POST")]
    [InlineData("GET", "/api/v1/enable_log", "POST")]
    [InlineData("HEAD", "/api/v1/disable_log", "POST")]
    [InlineData("POST", "/api/v1/config_dump", "GET, HEAD")]
    [InlineData("POST", "/api/v1/stats", "GET, HEAD")]
    [InlineData("POST", "/api/v1/stats_glob", "GET, HEAD")]
    [InlineData("DELETE", "/api/v1/get_loglevel", "GET, HEAD")]
    [InlineData("POST", "/api/v1/states", "GET, HEAD")]
    [InlineData("PUT", "/api/v1/features", "GET, HEAD")]
    [InlineData("OPTIONS", "/api/v1/env", "GET, HEAD")]
    [InlineData("POST", "/metrics", "GET, HEAD")]
    public void A_wrong_method_gets_405_with_what_is_right_and_no_body(string method, string path, string allow)
    {
        AdminReply reply = _world.Send(method, path);
        Assert.Equal((405, allow, ""), (reply.Status, reply.Field("allow"), reply.Body));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/version")]
    [InlineData("/api/v1/states")]
    [InlineData("/api/v1/config_dump")]
    [InlineData("/api/v1/config_dump?allrouters")]
    [InlineData("/api/v1/stats")]
    [InlineData("/api/v1/stats_glob")]
    [InlineData("/api/v1/get_loglevel")]
    [InlineData("/api/v1/features")]
    [InlineData("/api/v1/env?key=a")]
    public void Head_gets_the_head_that_get_would_get(string target)
    {
        AdminReply get = _world.Get(target);
        AdminReply head = _world.Send("HEAD", target);
        Assert.Equal(200, head.Status);
        Assert.Equal("", head.Body);
        Assert.Equal(get.Body.Length.ToString(), head.Field("content-length"));
        Assert.Equal(get.Field("content-type"), head.Field("content-type"));
    }

    [Fact]
    public void Feature_gates_are_shown_all_or_one()
    {
        AdminReply all = _world.Get("/api/v1/features");
        Assert.Equal("{\n \"XdsMtlsEnable\": true,\n \"auto_config\": false\n}", all.Body);
        Assert.Equal("application/json", all.Field("content-type"));
        Assert.Equal("true", _world.Get("/api/v1/features?key=XdsMtlsEnable").Body);
        Assert.Equal("false", _world.Get("/api/v1/features?key=auto_config").Body);
        Assert.Equal("false", _world.Get("/api/v1/features?key=nobody").Body);
    }

    [Fact]
    public void Environment_variables_are_shown_by_name()
    {
        _world.Environment["t1"] = "one two";
        _world.Environment["t3"] = "";
        AdminReply reply = _world.Get("/api/v1/env?key=t1&key=t2&key=t3");
        Assert.Equal("one two", reply.Json.GetProperty("env").GetProperty("t1").GetString());
        Assert.Equal("", reply.Json.GetProperty("env").GetProperty("t3").GetString());
        Assert.Equal(["t2"], reply.Json.GetProperty("not_found").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(
            JsonValueKind.Null, _world.Get("/api/v1/env?key=t1").Json.GetProperty("not_found").ValueKind);
        Assert.Equal(["a=b"], _world.Get("/api/v1/env?key=a%3Db").Json.GetProperty("not_found")
            .EnumerateArray().Select(name => name.GetString()));
        AdminReply none = _world.Get("/api/v1/env");
        Assert.Equal((400, "{\n\t\"error\": \"no env key\"\n}\n"), (none.Status, none.Body));
    }

    [Theory]
    [InlineData("DB_PASSWORD", AdminWorld.SecretValue)]
    [InlineData("aws_secret_access", AdminWorld.SecretValue)]
    [InlineData("GITHUB_TOKEN", AdminWorld.SecretValue)]
    [InlineData("ApiKey", AdminWorld.SecretValue)]
    [InlineData("DATABASE_URL", "postgres://me:" + AdminWorld.SecretValue + "@db/x")]
    public void A_secret_in_the_environment_is_not_shown(string name, string value)
    {
        _world.Environment[name] = value;
        AdminReply reply = _world.Get($"/api/v1/env?key={name}");
        Assert.Equal("***REDACTED***", reply.Json.GetProperty("env").GetProperty(name).GetString());
        Assert.DoesNotContain(AdminWorld.SecretValue, reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Stats_are_indented_by_tabs_and_found_by_their_key()
    {
        MetricSchema schema = new("DumpTest", [
            new MetricDefinition("ct1", MetricKind.Counter, ""), new MetricDefinition("gg2", MetricKind.Gauge, "")]);
        MetricGroup group = _world.Logs.Metrics.GetOrAdd(schema, ("lbk1", "lbv1"));
        group.Add(loop: 0, metric: 0, delta: 1);
        group.SetShared(metric: 1, 3);
        AdminReply reply = _world.Get("/api/v1/stats?key=DumpTest.lbk1.lbv1");
        Assert.Equal(
            "{\n\t\"DumpTest\": {\n\t\t\"lbk1.lbv1\": {\n\t\t\t\"ct1\": \"1\",\n\t\t\t\"gg2\": \"3\"\n\t\t}\n\t}\n}", reply.Body);
        Assert.Equal("application/json", reply.Field("content-type"));
        JsonElement all = _world.Get("/api/v1/stats").Json;
        Assert.Equal("1", all.GetProperty("DumpTest").GetProperty("lbk1.lbv1").GetProperty("ct1").GetString());
        Assert.True(all.TryGetProperty("downstream", out _));
    }

    [Theory]
    [InlineData("key=a.b.c", 200, "no metrics key: a.b.c")]
    [InlineData("other=a", 200, "no metrics key: ")]
    [InlineData("key=a&other=b", 400, "only support one parameter")]
    public void What_stats_do_not_know_is_said_in_words(string query, int status, string body)
    {
        AdminReply reply = _world.Get($"/api/v1/stats?{query}");
        Assert.Equal((status, body), (reply.Status, reply.Body));
        Assert.Equal("text/plain; charset=utf-8", reply.Field("content-type"));
    }

    [Fact]
    public void The_global_stats_are_lines()
    {
        _world.Logs.Metrics.Downstream.Add(0, DownstreamMetric.RequestTotal, 7);
        AdminReply reply = _world.Get("/api/v1/stats_glob");
        Assert.Contains("request_total:7\n", reply.Body, StringComparison.Ordinal);
        Assert.Contains("request_time_max:0\n", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scraper_finds_the_metrics()
    {
        _world.Logs.Metrics.Downstream.Add(0, DownstreamMetric.RequestTotal, 7);
        AdminReply reply = _world.Get("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", reply.Field("content-type"));
        Assert.Contains("\ndownstream_request_total{proxy=\"global\"} 7.0\n", reply.Body, StringComparison.Ordinal);
        Assert.Contains("process_resident_memory_bytes", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void The_level_of_a_log_is_changed_and_shown()
    {
        string path = _world.Logs.PathOf("error.log");
        Assert.True(_world.ErrorLogs.TryOpen(path, ErrorLogLevel.Info, out ErrorLog? log, out _));
        AdminReply before = _world.Get("/api/v1/get_loglevel");
        Assert.Equal($$"""{"":"INFO","{{path}}":"INFO"}""", before.Body);
        Assert.Equal("application/json", before.Field("content-type"));

        AdminReply reply = _world.Post("/api/v1/update_loglevel", $$"""{"log_path":"{{path}}","Log_Level":"DEBUG"}""");
        Assert.Equal((200, "update logger success\n"), (reply.Status, reply.Body));
        Assert.Equal(ErrorLogLevel.Debug, log.Level);
        Assert.Equal($$"""{"":"INFO","{{path}}":"DEBUG"}""", _world.Get("/api/v1/get_loglevel").Body);
        Assert.Contains(_world.Log.Lines, line => line.Contains("POST /api/v1/update_loglevel", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"log_path":"","log_level":"debug"}""")]
    [InlineData("""{"log_path":"","log_level":7}""")]
    [InlineData("""{"log_path":"/nobody","log_level":"DEBUG"}""")]
    [InlineData("""{"log_path":"\ud800","log_level":"DEBUG"}""")]
    public void A_level_that_cannot_be_set_is_refused(string body)
    {
        AdminReply reply = _world.Post("/api/v1/update_loglevel", body);
        Assert.Equal((400, "update logger failed"), (reply.Status, reply.Json.GetProperty("error").GetString()));
        Assert.Equal("""{"":"INFO"}""", _world.Get("/api/v1/get_loglevel").Body);
    }

    [Fact]
    public void Only_the_lines_between_disable_and_enable_are_missing()
    {
        string path = _world.Logs.PathOf("error.log");
        Assert.True(_world.ErrorLogs.TryOpen(path, ErrorLogLevel.Info, out ErrorLog? log, out _));
        log.Write(ErrorLogLevel.Info, null, "first");
        Assert.Equal("disable logger success\n", _world.Post("/api/v1/disable_log", path).Body);
        log.Write(ErrorLogLevel.Info, null, "second");
        Assert.Equal("enable logger success\n", _world.Post("/api/v1/enable_log", path).Body);
        log.Write(ErrorLogLevel.Info, null, "third");
        _world.Logs.Writer.DrainOnce();
        string text = _world.Logs.Read("error.log");
        Assert.Contains("first", text, StringComparison.Ordinal);
        Assert.DoesNotContain("second", text, StringComparison.Ordinal);
        Assert.Contains("third", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("enable")]
    [InlineData("disable")]
    public void An_unknown_log_cannot_be_switched(string verb)
    {
        AdminReply reply = _world.Post($"/api/v1/{verb}_log", "/nobody");
        Assert.Equal((400, $"{verb} logger failed"), (reply.Status, reply.Json.GetProperty("error").GetString()));
    }
}
