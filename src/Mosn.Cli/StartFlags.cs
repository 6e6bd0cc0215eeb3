using System.CommandLine;
using System.Globalization;
using Mosn.Proxy.Observability;
using Mosn.Xds;

namespace Mosn.Cli;

/// <summary>
/// The flags of <c>start</c>, which are also those of <c>mosn</c> itself. Names, aliases and environment variables are
/// MOSN's, its misspelling of "labels" included.
/// </summary>
internal sealed class StartFlags
{
    public const int DrainTimeSecondsDefault = 600;

    private readonly Func<string, string?> _environment;
    private readonly Option<string> _serviceCluster;
    private readonly Option<string> _serviceNode;
    private readonly Option<string> _serviceType;
    private readonly Option<string[]> _serviceMeta;
    private readonly Option<string[]> _serviceLabels;
    private readonly Option<string> _clusterDomain;
    private readonly Option<string> _featureGates;
    private readonly Option<string> _podNamespace;
    private readonly Option<string> _podName;
    private readonly Option<string> _podIp;
    private readonly Option<string> _logLevel;
    private readonly Option<int> _drainTime;

    public StartFlags(Func<string, string?> environment)
    {
        _environment = environment;
        Config = Text("config", ["c"], "MOSN_CONFIG", "FILE", "configuration file, JSON or YAML");
        _logLevel = Text("log-level", ["l"], "LOG_LEVEL", "LEVEL",
            "ceiling for error logs: trace debug info warning error critical off");
        _featureGates = Text("feature-gates", ["f"], "FEATURE_GATES", "GATES", "switches, e.g. a=true,b=false");
        _drainTime = Seconds("drain-time-s", DrainTimeSecondsDefault,
            "at a graceful stop, wait so many seconds for requests in flight");
        _serviceCluster = Text("service-cluster", ["s"], "SERVICE_CLUSTER", "NAME", "cluster of this xDS node");
        _serviceNode = Text("service-node", ["n"], "SERVICE_NODE", "ID", "id of this xDS node");
        _serviceType = Text("service-type", ["p"], "SERVICE_TYPE", "TYPE",
            "sidecar or router: the node id is made from the pod");
        _serviceMeta = List("service-meta", ["sm"], "SERVICE_META", "FIELD:VALUE", "node metadata; repeatable");
        _serviceLabels = List("service-lables", ["sl"], "SERVICE_LAB", "KEY:VALUE", "node labels; repeatable");
        _clusterDomain = Text("cluster-domain", ["domain"], "CLUSTER_DOMAIN", "DOMAIN", "domain of the node id");
        _podNamespace = Text("pod-namespace", ["pns"], "POD_NAMESPACE", "NAME", "namespace of the node id");
        _podName = Text("pod-name", ["pn"], "POD_NAME", "NAME", "pod of the node id");
        _podIp = Text("pod-ip", ["pi"], "POD_IP", "IP", "address of the node id");
        Mesh = [_serviceCluster, _serviceNode, _serviceType, _serviceMeta, _serviceLabels, _clusterDomain,
            _podNamespace, _podName, _podIp];
        Common = [Config, _logLevel, _featureGates, _drainTime];
        Ignored = [.. IgnoredNames.Select(Accepted)];
    }

    public Option<string> Config { get; }

    public IReadOnlyList<Option> Common { get; }

    public IReadOnlyList<Option> Mesh { get; }

    /// <summary>Taken from Istio's command lines and without effect, as in MOSN.</summary>
    public IReadOnlyList<Option> Ignored { get; }

    /// <summary>The variable that stands in when a flag is not given.</summary>
    public Dictionary<Option, string> Variables { get; } = [];

    private static string[] IgnoredNames =>
    [
        "log-format", "component-log-level", "local-address-ip-version", "restart-epoch", "parent-shutdown-time-s",
        "max-obj-name-len", "concurrency", "log-format-prefix-with-location", "bootstrap-version", "drain-strategy",
        "disable-hot-restart",
    ];

    public StartParameters Read(ParseResult parsed) => new()
    {
        ConfigFile = parsed.GetValue(Config) ?? "",
        FeatureGates = parsed.GetValue(_featureGates) ?? "",
        LogCeiling = ErrorLogLevels.TryParseCeiling(parsed.GetValue(_logLevel) ?? "", out ErrorLogLevel ceiling)
            ? ceiling
            : ErrorLogLevel.Trace,
        DrainTime = TimeSpan.FromSeconds(parsed.GetValue(_drainTime)),
        Node = new XdsNodeParameters
        {
            ServiceCluster = parsed.GetValue(_serviceCluster) ?? "",
            ServiceNode = parsed.GetValue(_serviceNode) ?? "",
            ServiceType = parsed.GetValue(_serviceType) ?? "",
            ServiceMeta = parsed.GetValue(_serviceMeta) ?? [],
            ServiceLabels = parsed.GetValue(_serviceLabels) ?? [],
            ClusterDomain = parsed.GetValue(_clusterDomain) ?? "",
            PodNamespace = parsed.GetValue(_podNamespace) ?? "",
            PodName = parsed.GetValue(_podName) ?? "",
            PodIp = parsed.GetValue(_podIp) ?? "",
        },
    };

    private Option<string> Text(string name, string[] aliases, string variable, string value, string description)
    {
        Option<string> option = new("--" + name, Spellings(name, aliases))
        {
            HelpName = value,
            Description = description,
            DefaultValueFactory = _ => _environment(variable) ?? "",
        };
        Variables[option] = variable;
        return option;
    }

    private Option<string[]> List(string name, string[] aliases, string variable, string value, string description)
    {
        Option<string[]> option = new("--" + name, Spellings(name, aliases))
        {
            HelpName = value,
            Description = description,
            DefaultValueFactory = _ => _environment(variable)?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [],
        };
        Variables[option] = variable;
        return option;
    }

    private static Option<int> Seconds(string name, int defaultSeconds, string description)
    {
        return new Option<int>("--" + name, Spellings(name, []))
        {
            HelpName = "SECONDS",
            Description = $"{description} ({defaultSeconds})",
            DefaultValueFactory = _ => defaultSeconds,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
                {
                    result.AddError($"'--{name}' takes a whole number of seconds, 0 or more.");
                }
                return seconds;
            },
        };
    }

    private static Option<string> Accepted(string name) =>
        new("--" + name, Spellings(name, [])) { Arity = ArgumentArity.ZeroOrOne, Description = "no effect" };

    /// <summary>Go programs take one dash or two before any name; command lines in the field use both.</summary>
    private static string[] Spellings(string name, string[] aliases) =>
        [.. aliases.SelectMany(alias => new[] { "-" + alias, "--" + alias }), "-" + name];
}
