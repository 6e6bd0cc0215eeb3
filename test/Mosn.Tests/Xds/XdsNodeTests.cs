using System.Text.Json;
using Mosn.Xds;

namespace Mosn.Tests.Xds;

public class XdsNodeTests
{
    private static readonly JsonElement Configured = JsonElement.Parse(
        """{"id":"from-file","cluster":"file-cluster","metadata":{"A":"b","N":{"x":1}},"locality":{}}""");

    private static readonly XdsNodeParameters Pod = new()
    {
        ServiceType = "sidecar", PodIp = "10.1.2.3", PodName = "shop-1", PodNamespace = "prod",
        ClusterDomain = "cluster.local",
    };

    [Fact]
    public void The_id_is_made_from_the_pod()
    {
        Assert.Equal("sidecar~10.1.2.3~shop-1.prod~cluster.local", XdsNode.From(Pod, null, "").Id);
        Assert.Equal(
            "router~10.1.2.3~shop-1.prod~cluster.local",
            XdsNode.From(Pod with { ServiceType = "router" }, Configured, "").Id);
    }

    [Fact]
    public void A_given_id_and_cluster_win()
    {
        XdsNode node = XdsNode.From(Pod with { ServiceNode = "me", ServiceCluster = "mine" }, Configured, "");
        Assert.Equal(("me", "mine"), (node.Id, node.Cluster));
    }

    [Theory]
    [InlineData("")]
    [InlineData("config only")]
    public void Without_a_known_type_the_configuration_names_the_node(string type)
    {
        XdsNode node = XdsNode.From(Pod with { ServiceType = type }, Configured, "");
        Assert.Equal(("from-file", "file-cluster"), (node.Id, node.Cluster));
        Assert.Equal("""{"x":1}""", node.Metadata["N"].GetRawText());
        Assert.Equal("", XdsNode.From(Pod with { ServiceType = type }, null, "").Id);
    }

    [Fact]
    public void Metadata_of_the_flags_replaces_the_configured_one()
    {
        XdsNode node = XdsNode.From(
            Pod with { ServiceMeta = ["IstioVersion:1.2.3", "ClusterID:a:b", "Unknown:x", "no colon"] },
            Configured, podLabels: "");

        Assert.Equal(
            ["CLUSTER_ID", "INTERCEPTION_MODE", "ISTIO_VERSION", "LABELS"],
            node.Metadata.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("1.2.3", node.Metadata["ISTIO_VERSION"].GetString());
        Assert.Equal("a:b", node.Metadata["CLUSTER_ID"].GetString());
        Assert.Equal("REDIRECT", node.Metadata["INTERCEPTION_MODE"].GetString());
        Assert.Equal("""{"istio":"ingressgateway"}""", node.Metadata["LABELS"].GetRawText());
    }

    [Fact]
    public void Given_labels_stand_before_those_of_the_pod()
    {
        XdsNode node = XdsNode.From(
            Pod with { ServiceLabels = ["app:shop", "say:\"hi\""] },
            Configured, podLabels: "app=\"other\"\nzone=\"a\"\n\nbad line\n");

        JsonElement labels = node.Metadata["LABELS"];
        Assert.Equal("shop", labels.GetProperty("app").GetString());
        Assert.Equal("a", labels.GetProperty("zone").GetString());
        Assert.Equal("\"hi\"", labels.GetProperty("say").GetString());
        Assert.Equal(3, labels.EnumerateObject().Count());
    }
}
