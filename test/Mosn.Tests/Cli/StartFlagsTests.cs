using System.CommandLine;
using System.CommandLine.Parsing;
using Mosn.Cli;
using Mosn.Proxy.Observability;

namespace Mosn.Tests.Cli;

public class StartFlagsTests
{
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    [Theory]
    [InlineData("start -c f")]
    [InlineData("start --config f")]
    [InlineData("start --config=f")]
    [InlineData("start -config f")]
    [InlineData("start --c=f")]
    [InlineData("-c f")]
    [InlineData("-c f start")]
    public void The_file_may_be_named_in_every_way_that_Mosn_knows(string line) =>
        Assert.Equal("f", Parse(line).ConfigFile);

    [Fact]
    public void Every_flag_arrives()
    {
        StartParameters start = Parse(
            "start -s sc -n sn -p sidecar --sm A:1 --sm B:2 --sl k:v --domain d -f a=true -l debug "
            + "--pns ns --pn pod --pi 10.0.0.1 --drain-time-s 7");

        Assert.Equal(("a=true", ErrorLogLevel.Debug), (start.FeatureGates, start.LogCeiling));
        Assert.Equal(TimeSpan.FromSeconds(7), start.DrainTime);
        Assert.Equal(
            ("sc", "sn", "sidecar"), (start.Node.ServiceCluster, start.Node.ServiceNode, start.Node.ServiceType));
        Assert.Equal(["A:1", "B:2"], start.Node.ServiceMeta);
        Assert.Equal(["k:v"], start.Node.ServiceLabels);
        Assert.Equal(
            ("d", "ns", "pod", "10.0.0.1"),
            (start.Node.ClusterDomain, start.Node.PodNamespace, start.Node.PodName, start.Node.PodIp));
    }

    [Fact]
    public void Variables_stand_in_for_flags()
    {
        foreach ((string name, string value) in (ValueTuple<string, string>[])[
            ("MOSN_CONFIG", "f"), ("SERVICE_CLUSTER", "sc"), ("SERVICE_NODE", "sn"), ("SERVICE_TYPE", "router"),
            ("SERVICE_META", "A:1,B:2"), ("SERVICE_LAB", "k:v"), ("CLUSTER_DOMAIN", "d"), ("FEATURE_GATES", "a=true"),
            ("POD_NAMESPACE", "ns"), ("POD_NAME", "pod"), ("POD_IP", "10.0.0.1"), ("LOG_LEVEL", "off")])
        {
            _environment[name] = value;
        }
        StartParameters start = Parse("start");

        Assert.Equal(("f", "a=true", ErrorLogLevel.Off), (start.ConfigFile, start.FeatureGates, start.LogCeiling));
        Assert.Equal(
            ("sc", "sn", "router"), (start.Node.ServiceCluster, start.Node.ServiceNode, start.Node.ServiceType));
        Assert.Equal(["A:1", "B:2"], start.Node.ServiceMeta);
        Assert.Equal(["k:v"], start.Node.ServiceLabels);
        Assert.Equal("d", start.Node.ClusterDomain);
        Assert.Equal(("ns", "pod", "10.0.0.1"), (start.Node.PodNamespace, start.Node.PodName, start.Node.PodIp));
        Assert.Equal("g", Parse("start -c g").ConfigFile);
    }

    [Fact]
    public void Without_flags_and_variables_the_defaults_are_Mosn_s()
    {
        StartParameters start = Parse("start");
        Assert.Equal("", start.ConfigFile);
        Assert.Equal(TimeSpan.FromMinutes(10), start.DrainTime);
        Assert.Equal(ErrorLogLevel.Trace, start.LogCeiling);
        Assert.Equal(ErrorLogLevel.Trace, Parse("start -l loud").LogCeiling);
        Assert.Empty(start.Node.ServiceMeta);
    }

    [Fact]
    public void Flags_of_Istio_are_accepted() =>
        Assert.Equal("f", Parse(
            "start --log-format %v --component-log-level x:y --local-address-ip-version v4 --restart-epoch 0 "
            + "--parent-shutdown-time-s 60 --max-obj-name-len 189 --concurrency 2 --log-format-prefix-with-location 0 "
            + "--bootstrap-version 3 --drain-strategy immediate --disable-hot-restart -c f").ConfigFile);

    private StartParameters Parse(string line)
    {
        using StringWriter nowhere = new();
        CommandTree tree = new(
            new CliContext(nowhere, nowhere, _environment.GetValueOrDefault, TimeProvider.System, "/proc"));
        ParseResult parsed = CommandLineParser.Parse(
            tree.Root, line.Split(' '), new ParserConfiguration { EnablePosixBundling = false });
        Assert.Empty(parsed.Errors);
        return tree.StartFlags.Read(parsed);
    }
}
