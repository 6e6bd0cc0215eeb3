using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Server;

namespace Mosn.Tests.Server;

public class MarkedClustersTests
{
    private static readonly ClusterConfig[] s_clusters =
        [new() { Name = "plain" }, new() { Name = "red", Mark = 7 }, new() { Name = "blue", Mark = 8 }];

    private readonly RecordedLog _log = new();
    private readonly MetricRegistry _metrics = new(1, StatsMatcher.None);

    [Fact]
    public void A_mark_that_cannot_be_set_is_told_once_and_counted_every_time()
    {
        MarkedClusters marks = new(_log, _metrics.Self, static () => false);
        marks.Check(s_clusters);
        marks.Check(s_clusters);
        string line = Assert.Single(_log.Lines);
        Assert.StartsWith("Warning: mark of red, blue: ", line, StringComparison.Ordinal);
        Assert.Contains("CAP_NET_ADMIN", line, StringComparison.Ordinal);
        Assert.Equal(4, _metrics.Self.Read(SelfMetric.ClustersUnmarkedTotal));
    }

    [Fact]
    public void A_mark_that_can_be_set_is_no_news_and_without_marks_nobody_asks()
    {
        new MarkedClusters(_log, _metrics.Self, static () => true).Check(s_clusters);
        new MarkedClusters(_log, _metrics.Self, static () => throw new InvalidOperationException())
            .Check([s_clusters[0]]);
        Assert.Empty(_log.Lines);
        Assert.Equal(0, _metrics.Self.Read(SelfMetric.ClustersUnmarkedTotal));
    }
}
