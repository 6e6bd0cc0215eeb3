using System.Text.Json;

namespace Mosn.Tests.Admin;

public sealed class ConfigDumpTests : IDisposable
{
    private const string Secret = AdminWorld.SecretValue;

    private const string Proxy = """{ "downstream_protocol": "Http1", "router_config_name": "r1" }""";

    private const string Config =
        """
        {
          "servers": [{
            "default_log_path": "stdout",
            "listeners": [
              {
                "name": "in", "address": "127.0.0.1:2045", "bind_port": true,
                "filter_chains": [{
                  "tls_context": { "status": true, "cert_chain": "c.pem", "private_key": "SECRET" },
                  "filters": [{ "type": "proxy", "config": PROXY }]
                }]
              },
              {
                "address": "127.0.0.1:2046", "bind_port": true,
                "filter_chains": [{ "filters": [{ "type": "proxy", "config": PROXY }] }]
              }
            ],
            "routers": [{
              "router_config_name": "r1",
              "virtual_hosts": [{
                "name": "all", "domains": ["*"],
                "request_headers_to_add": [{ "header": { "key": "Authorization", "value": "SECRET" } }],
                "routers": [{
                  "match": { "prefix": "/", "headers": [{ "name": "x-api-key", "value": "SECRET" }] },
                  "route": { "cluster_name": "c1" }
                }]
              }]
            }]
          }],
          "cluster_manager": {
            "tls_context": { "status": true, "cert_chain": "c.pem", "private_key": "SECRET" },
            "clusters": [{
              "name": "c1", "type": "SIMPLE", "lb_type": "LB_RANDOM", "hosts": [{ "address": "127.0.0.1:80" }],
              "tls_context": { "status": true, "cert_chain": "c.pem", "private_key": "SECRET" }
            }]
          },
          "tracing": { "enable": true, "driver": "test", "config": { "authentication": "SECRET" } },
          "static_resources": { "key": { "inline_string": "-----BEGIN PRIVATE KEY-----SECRET" } },
          "extends": [{ "type": "holmes", "config": { "deep": [{ "password": "SECRET" }] } }]
        }
        """;

    private readonly AdminWorld _world = new()
    {
        Config = AdminWorld.Parse(Config.Replace("SECRET", Secret).Replace("PROXY", Proxy)),
    };

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Without_a_parameter_it_is_all_on_one_line()
    {
        AdminReply reply = _world.Get("/api/v1/config_dump");
        Assert.Equal((200, "application/json"), (reply.Status, reply.Field("content-type")));
        Assert.DoesNotContain('\n', reply.Body);
        Assert.Contains("tracing\":{\"enable\":true,\"driver\":\"test\"", reply.Body, StringComparison.Ordinal);
        Assert.Equal(
            ["mosn_config", "listener", "cluster", "routers", "extends"],
            reply.Json.EnumerateObject().Select(section => section.Name));
        Assert.Equal(
            ["127.0.0.1:2046", "in"], reply.Json.GetProperty("listener").EnumerateObject().Select(one => one.Name));
    }

    [Theory]
    [InlineData("mosnconfig", "mosn_config")]
    [InlineData("alllisteners", "listener")]
    [InlineData("allclusters", "cluster")]
    [InlineData("allrouters", "routers")]
    public void A_section_is_the_same_by_itself(string parameter, string section)
    {
        JsonElement whole = _world.Get("/api/v1/config_dump").Json.GetProperty(section);
        AdminReply reply = _world.Get($"/api/v1/config_dump?{parameter}");
        Assert.Equal(200, reply.Status);
        Assert.True(JsonElement.DeepEquals(whole, reply.Json));
        Assert.StartsWith("{\n \"", reply.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("listener=in", "listener", "in")]
    [InlineData("listener=127.0.0.1%3A2046", "listener", "127.0.0.1:2046")]
    [InlineData("cluster=c1", "cluster", "c1")]
    [InlineData("router=r1", "routers", "r1")]
    public void One_object_is_found_by_its_name(string query, string section, string name)
    {
        JsonElement whole = _world.Get("/api/v1/config_dump").Json.GetProperty(section).GetProperty(name);
        AdminReply reply = _world.Get($"/api/v1/config_dump?{query}");
        Assert.Equal(200, reply.Status);
        Assert.True(JsonElement.DeepEquals(whole, reply.Json));
    }

    [Theory]
    [InlineData("listener=c1", "there is no listener 'c1'")]
    [InlineData("cluster=", "there is no cluster ''")]
    [InlineData("router=%22", "there is no router '\"'")]
    public void An_unknown_name_is_not_found(string query, string error)
    {
        AdminReply reply = _world.Get($"/api/v1/config_dump?{query}");
        Assert.Equal((404, error), (reply.Status, reply.Json.GetProperty("error").GetString()));
    }

    [Theory]
    [InlineData("mosnconfig&allrouters")]
    [InlineData("listener=in&cluster=c1")]
    public void Two_parameters_are_one_too_many(string query)
    {
        AdminReply reply = _world.Get($"/api/v1/config_dump?{query}");
        Assert.Equal((400, "only support one parameter"), (reply.Status, reply.Body));
    }

    [Fact]
    public void An_unknown_parameter_is_an_internal_error_as_in_mosn()
    {
        AdminReply reply = _world.Get("/api/v1/config_dump?invalid");
        Assert.Equal((500, "{\n\t\"error\": \"internal error\"\n}\n"), (reply.Status, reply.Body));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?mosnconfig")]
    [InlineData("?alllisteners")]
    [InlineData("?allclusters")]
    [InlineData("?allrouters")]
    [InlineData("?listener=in")]
    [InlineData("?cluster=c1")]
    [InlineData("?router=r1")]
    public void No_dump_holds_a_secret(string query)
    {
        AdminReply reply = _world.Get($"/api/v1/config_dump{query}");
        Assert.DoesNotContain(Secret, reply.Body, StringComparison.Ordinal);
        Assert.Contains("***REDACTED***", reply.Body, StringComparison.Ordinal);
    }
}
