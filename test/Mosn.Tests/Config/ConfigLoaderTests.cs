using System.Text;
using System.Text.Json;
using Mosn.Proxy.Config;

namespace Mosn.Tests.Config;

public sealed class ConfigLoaderTests
{
    [Fact]
    public void A_wide_configuration_reads_without_errors_and_warns_of_what_is_not_built()
    {
        ConfigLoadResult result = ConfigSamples.Json(ConfigSamples.Wide);
        Assert.Empty(ConfigSamples.Errors(result));
        Assert.All(result.Problems, p => Assert.True(
            p.Message.StartsWith("not supported yet: ", StringComparison.Ordinal)
            || p.Message.Contains("has no effect", StringComparison.Ordinal), p.Message));
        Assert.Contains(result.Problems, p => p.Message == "not supported yet: stream filter proxywasm");
    }

    [Fact]
    public void A_mark_for_upstream_sockets_is_built_and_needs_no_warning()
    {
        ConfigLoadResult result = ConfigSamples.Json(
            """{"servers":[{}],"cluster_manager":{"clusters":[{"name":"a","type":"SIMPLE","mark":7}]}}""");
        Assert.Empty(result.Problems);
        Assert.Equal(7u, Assert.Single(result.Config!.ClusterManager!.Clusters).Mark);
    }

    [Fact]
    public void Values_arrive_typed_with_defaults_filled_in()
    {
        MosnConfig config = ConfigSamples.Json(ConfigSamples.Wide).Config!;
        ServerConfig server = Assert.Single(config.Servers);
        Assert.Equal(ConfigLogLevel.Warn, server.DefaultLogLevel);
        Assert.Equal(TimeSpan.FromSeconds(20), server.GracefulTimeout);
        Assert.Equal(new LogRollerConfig { SizeMegabytes = 200, AgeDays = 3, Keep = 5, Compress = true },
            server.GlobalLogRoller);
        ListenerConfig listener = server.Listeners[0];
        Assert.Equal("0.0.0.0:8443", listener.Address.ToString());
        Assert.Equal(TimeSpan.FromMinutes(2), listener.ConnectionIdleTimeout);
        Assert.Equal(32768u, listener.PerConnectionBufferLimitBytes);
        ProxyFilterConfig proxy = Assert.IsType<ProxyFilterConfig>(listener.FilterChains[0].Filters[0].Typed);
        Assert.Equal(["Auto"], proxy.ProtocolNames);
        Assert.Equal(4096, proxy.Protocols.Http1!.MaxHeaderSize);
        Assert.Equal(TimeSpan.FromSeconds(60), proxy.Protocols.Http1.HeaderTimeout);
        TcpProxyFilterConfig tcp = Assert.IsType<TcpProxyFilterConfig>(
            server.Listeners[1].FilterChains[0].Filters[0].Typed);
        Assert.Equal(TimeSpan.FromSeconds(1.5), tcp.IdleTimeout);
        Assert.Equal("127.0.0.1", tcp.Routes[0].SourceAddrs[0].Address);
        RouteConfig first = server.Routers[0].VirtualHosts[0].Routes[0];
        Assert.Equal("a(b)", first.Action!.RewriteRegex);
        Assert.Equal(9u, first.Action.WeightedClusters[0].Weight);
        ClusterConfig app = config.ClusterManager!.Clusters[0];
        Assert.Equal("app", app.Name);
        Assert.Equal(TimeSpan.FromSeconds(2), app.ConnectTimeout);
        Assert.Equal(1024u, app.MaxRequestPerConn);
        Assert.Equal([128, 1], app.Hosts.Select(h => h.Weight));
        Assert.Equal("b", app.Hosts[1].Metadata["zone"]);
        ClusterConfig dns = config.ClusterManager.Clusters[1];
        Assert.Equal(80, dns.Hosts[0].Address!.Value.Port);
        Assert.Equal((2.0, 0.125), (dns.SlowStart!.Aggression, dns.SlowStart.MinWeightPercent));
        Assert.Equal(4L * 1024 * 1024, config.Metrics!.SharedMemorySize);
        Assert.Equal([90, 99], ((PrometheusSinkConfig)config.Metrics.Sinks[0].Typed!).Percentiles);
        Assert.Equal(34901, config.Admin!.Port);
        Assert.Equal(10, new LogRollerConfig().Keep);
    }

    [Fact]
    public void What_is_written_reads_back_to_the_same()
    {
        string once = Write(ConfigSamples.Json(ConfigSamples.Wide).Config!);
        ConfigLoadResult again = ConfigSamples.Json(once);
        Assert.Empty(ConfigSamples.Errors(again));
        Assert.Equal(once, Write(again.Config!));
        using JsonDocument document = JsonDocument.Parse(once);
        JsonElement server = document.RootElement.GetProperty("servers")[0];
        Assert.Equal("20s", server.GetProperty("graceful_timeout").GetString());
        JsonElement route = server.GetProperty("routers")[0].GetProperty("virtual_hosts")[0].GetProperty("routers")[3]
            .GetProperty("route");
        Assert.False(route.TryGetProperty("regex_rewrite", out _));
    }

    [Fact]
    public void A_dump_has_sections_by_name_and_no_secrets()
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            ConfigJsonWriter.WriteDump(json, ConfigSamples.Json(ConfigSamples.Wide).Config!);
        }
        string text = Encoding.UTF8.GetString(bytes.ToArray());
        using JsonDocument document = JsonDocument.Parse(text);
        Assert.Equal(
            ["mosn_config", "listener", "cluster", "routers", "extends"],
            document.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.True(document.RootElement.GetProperty("listener").TryGetProperty("in", out JsonElement listener));
        JsonElement tls = listener.GetProperty("filter_chains")[0].GetProperty("tls_context_set")[0];
        Assert.Equal("***REDACTED***", tls.GetProperty("private_key").GetString());
        Assert.Equal("***REDACTED***",
            listener.GetProperty("stream_filters")[0].GetProperty("config").GetProperty("password").GetString());
        Assert.DoesNotContain("a.key", text, StringComparison.Ordinal);
        Assert.Contains("a.pem", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Yaml_reads_to_the_same_as_json()
    {
        const string Yaml = """
            servers:
              - mosn_server_name: edge
                processor: 2
                listeners:
                  - &l
                    name: a
                    address: "127.0.0.1:80"
                    bind_port: yes
                    filter_chains:
                      - filters:
                          - type: tcp_proxy
                            config: {cluster: c, idle_timeout: 90s}
                  - <<: *l
                    name: b
                    address: unix:/tmp/x
            cluster_manager:
              clusters:
                - name: c
                  hosts: [{address: 'h.test:81'}]
            """;
        const string Json = """
            {"servers":[{"mosn_server_name":"edge","processor":2,"listeners":[
              {"name":"a","address":"127.0.0.1:80","bind_port":true,"filter_chains":[{"filters":[
                {"type":"tcp_proxy","config":{"cluster":"c","idle_timeout":"90s"}}]}]},
              {"name":"b","address":"unix:/tmp/x","bind_port":true,"filter_chains":[{"filters":[
                {"type":"tcp_proxy","config":{"cluster":"c","idle_timeout":90000000000}}]}]}]}],
             "cluster_manager":{"clusters":[{"name":"c","hosts":[{"address":"h.test:81"}]}]}}
            """;
        ConfigLoadResult yaml = ConfigSamples.Yaml(Yaml);
        Assert.Empty(ConfigSamples.All(yaml));
        Assert.Equal(Write(ConfigSamples.Json(Json).Config!), Write(yaml.Config!));
    }

    [Fact]
    public void Directories_hold_one_object_in_each_json_file()
    {
        string directory = Directory.CreateTempSubdirectory("mosn-config").FullName;
        try
        {
            File.WriteAllText(Path.Combine(directory, "b.json"), """{"name": "b"}""");
            File.WriteAllText(Path.Combine(directory, "a.json"), """{"name": "a"}""");
            File.WriteAllText(Path.Combine(directory, "notjson.file"), "?");
            File.WriteAllText(Path.Combine(directory, "empty.json"), "");
            string text = $$$"""{"servers": [{}], "cluster_manager": {"clusters_configs": "{{{directory}}}"}}""";
            ConfigLoadResult result = ConfigSamples.Json(text);
            Assert.Empty(ConfigSamples.All(result));
            Assert.Equal(["a", "b"], result.Config!.ClusterManager!.Clusters.Select(c => c.Name));

            File.WriteAllText(Path.Combine(directory, "b.json"), "{\n \"name\": \"a\", \"lb_typ\": \"\"}");
            ConfigProblem[] problems = [.. ConfigSamples.Json(text).Problems];
            Assert.All(problems, p => Assert.Equal(Path.Combine(directory, "b.json"), p.File));
            Assert.Equal([(2, 10, "name"), (2, 15, "lb_typ")], problems.Select(p => (p.Line, p.Column, p.Path)));
            Assert.Equal(4, Directory.GetFiles(directory).Length);

            string both = text.Replace("\"clusters_configs\"", "\"clusters\": [{\"name\": \"x\"}], \"clusters_configs\"",
                StringComparison.Ordinal);
            Assert.Contains("both given", Assert.Single(ConfigSamples.Errors(ConfigSamples.Json(both))),
                StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void A_missing_file_or_directory_is_a_problem_not_an_exception()
    {
        ConfigLoadResult file = ConfigLoader.Load("/nonexistent/m.json");
        Assert.Equal("/nonexistent/m.json: error: no such file", Assert.Single(ConfigSamples.All(file)));
        ConfigLoadResult directory = ConfigSamples.Json(
            """{"servers": [{}], "cluster_manager": {"clusters_configs": "/nonexistent/d"}}""");
        Assert.Contains("cannot read this directory", Assert.Single(ConfigSamples.All(directory)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_schema_is_json_and_knows_every_section()
    {
        using JsonDocument schema = JsonDocument.Parse(JsonSchemaWriter.Write());
        JsonElement definitions = schema.RootElement.GetProperty("$defs");
        JsonElement route = definitions.GetProperty("RouteActionConfig").GetProperty("properties");
        Assert.Equal("string", route.GetProperty("regex_rewrite").GetProperty("properties").GetProperty("pattern")
            .GetProperty("properties").GetProperty("regex").GetProperty("type").GetString());
        Assert.Contains("LB_RANDOM", definitions.GetProperty("ClusterConfig").GetProperty("properties")
            .GetProperty("lb_type").GetProperty("enum").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal("10s", definitions.GetProperty("ClusterConfig").GetProperty("properties")
            .GetProperty("connect_timeout").GetProperty("default").GetString());
    }

    [Fact]
    public void Nodes_can_be_made_from_text()
    {
        Assert.Equal("1", ConfigNode.Parse("{\"a\": 1}").Find("A")!.Text);
        Assert.Throws<FormatException>(() => ConfigNode.Parse("{"));
    }

    private static string Write(MosnConfig config)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            ConfigJsonWriter.Write(json, config, isRedacted: false);
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
