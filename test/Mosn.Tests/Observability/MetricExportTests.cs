using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Mosn.Proxy.Observability;

namespace Mosn.Tests.Observability;

public class MetricExportTests
{
    private static readonly PrometheusOptions s_ownOnly = new() { CollectProcess = false, CollectRuntime = false };

    private static readonly MetricSchema s_schema = new("t1",
    [
        new("k1", MetricKind.Counter, "A counter."),
        new("k2", MetricKind.Gauge, "A gauge."),
        new("k4", MetricKind.Histogram, "A histogram."),
    ]);

    [Theory]
    [InlineData(0, "0.0")]
    [InlineData(1, "1.0")]
    [InlineData(-1, "-1.0")]
    [InlineData(12.5, "12.5")]
    [InlineData(100, "100.0")]
    [InlineData(999999, "999999.0")]
    [InlineData(1000000, "1e+06")]
    [InlineData(1234567, "1.234567e+06")]
    [InlineData(1.5e300, "1.5e+300")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(-0.25, "-0.25")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void Numbers_are_written_as_Go_writes_them(double value, string expected) =>
        Assert.Equal(expected, MetricText.Number(value));

    [Fact]
    public void Any_number_reads_back_the_same()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int i = 0; i < 10_000; i++)
        {
            double value = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 30));
            Assert.True(value == double.Parse(MetricText.Number(value)), $"seed {seed}: {value:R}");
        }
    }

    [Fact]
    public void Series_of_a_name_stand_together_under_one_type()
    {
        MetricRegistry registry = Registry();
        MetricGroup b = registry.GetOrAdd(s_schema, ("lbk1", "lbv1"));
        MetricGroup a = registry.GetOrAdd(s_schema, ("lbk2", "lbv2"));
        b.Add(0, 0, 1);
        b.Add(0, 0, -1);
        a.Add(0, 1, 7);
        foreach (long value in (long[])[1, 2, 3])
        {
            a.Record(0, 2, value);
        }

        Assert.Equal(
            """
            # HELP t1_k1 A counter.
            # TYPE t1_k1 counter
            t1_k1{lbk1="lbv1"} 0.0
            t1_k1{lbk2="lbv2"} 0.0
            # HELP t1_k2 A gauge.
            # TYPE t1_k2 gauge
            t1_k2{lbk1="lbv1"} 0.0
            t1_k2{lbk2="lbv2"} 7.0
            # HELP t1_k4_min A histogram. The smallest.
            # TYPE t1_k4_min gauge
            t1_k4_min{lbk1="lbv1"} 0.0
            t1_k4_min{lbk2="lbv2"} 1.0
            # HELP t1_k4_max A histogram. The largest.
            # TYPE t1_k4_max gauge
            t1_k4_max{lbk1="lbv1"} 0.0
            t1_k4_max{lbk2="lbv2"} 3.0
            # HELP t1_k4 A histogram. Percentiles.
            # TYPE t1_k4 gauge
            t1_k4{lbk1="lbv1",percentile="P50"} 0.0
            t1_k4{lbk2="lbv2",percentile="P50"} 2.0

            """,
            Own(Scrape(registry, s_ownOnly with { Percentiles = [50] })));
    }

    [Theory]
    [InlineData("listener.127.0.0.1:34903", "listener_127_0_0_1:34903")]
    [InlineData("unexpected@data(1.2.3)", "unexpected_data_1_2_3_")]
    public void Names_are_flattened(string name, string expected)
    {
        Assert.Equal(expected, MetricText.MetricName(name));
        Assert.DoesNotContain(':', MetricText.LabelName(name));
    }

    [Fact]
    public void Label_values_are_escaped()
    {
        MetricRegistry registry = Registry();
        registry.GetOrAdd(s_schema, ("a.b", "x\"} 1\n\\"));
        Assert.Contains("""t1_k1{a_b="x\"} 1\n\\"} 0.0""" + "\n", Scrape(registry, s_ownOnly));
    }

    [Fact]
    public void Every_line_of_a_full_scrape_has_the_form_of_the_format_and_each_name_one_type()
    {
        MetricRegistry registry = Registry();
        registry.GetOrAdd(UpstreamMetrics.Cluster, ("cluster", "c"));
        registry.GetOrAdd(UpstreamMetrics.Host, ("cluster", "c"), ("host", "[::1]:80"));
        MetricGroup meta = registry.GetOrAdd(MetaMetrics.Schema("1.0", ["127.0.0.1:80"]), ("mosn", "info"));
        meta.SetShared(MetaMetrics.StateCode, 5);
        string[] lines = Scrape(registry, new PrometheusOptions { Percentiles = [50, 99] }).TrimEnd('\n').Split('\n');

        const string Name = @"[a-zA-Z_:][\w:]*";
        const string Labels = """\{(\w+="([^"\\]|\\.)*",?)+\}""";
        const string Number = @"-?[\d.]+(e[+-]\d+)?";
        Regex form = new($"^(# HELP {Name} .+|# TYPE {Name} (counter|gauge)|{Name}({Labels})? {Number})$");
        Assert.All(lines, line => Assert.Matches(form, line));
        string[] types =
        [
            .. lines.Where(static line => line.StartsWith("# TYPE")).Select(static line => line.Split(' ')[2]),
        ];
        Assert.Equal(types.Distinct(), types);
        // A series belongs to the family whose head came last.
        string family = "";
        foreach (string line in lines)
        {
            family = line.StartsWith("# TYPE") ? line.Split(' ')[2] : family;
            Assert.True(line[0] == '#' || line.Split('{', ' ')[0] == family, line);
        }
        Assert.Contains("upstream_request_total{cluster=\"c\",host=\"[::1]:80\"} 0.0", lines);
        Assert.Contains("meta_mosn_state_code{mosn=\"info\"} 5.0", lines);
        Assert.Contains("meta_listener_address:127_0_0_1:80{mosn=\"info\"} 0.0", lines);
        Assert.Contains("mosn_bugs_total{proxy=\"global\"} 0.0", lines);
        Assert.All(
            (string[])["process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds",
                "process_max_fds", "process_start_time_seconds", "dotnet_gc_heap_bytes"],
            name => Assert.Contains(lines, line => line.StartsWith(name + " ") && !line.EndsWith(" 0.0")));
    }

    [Fact]
    public void Excluded_keys_and_what_is_still_zero_can_be_left_out()
    {
        MetricRegistry registry = new(1, new StatsMatcher(RejectAll: false, [], ["k2"]), hideZeros: true);
        MetricGroup group = registry.GetOrAdd(s_schema, ("l", "v"));
        Assert.Equal("", Own(Scrape(registry, s_ownOnly)));
        group.Add(0, 0, 3);
        group.Add(0, 1, 3);
        Assert.Equal(
            "# HELP t1_k1 A counter.\n# TYPE t1_k1 counter\nt1_k1{l=\"v\"} 3.0\n", Own(Scrape(registry, s_ownOnly)));
        Assert.Equal("{\n\t\"t1\": {\n\t\t\"l.v\": {\n\t\t\t\"k1\": \"3\"\n\t\t}\n\t}\n}", Json(registry, "t1.l.v"));
    }

    [Fact]
    public void Json_is_type_namespace_metric_and_text()
    {
        MetricRegistry registry = Registry();
        MetricGroup group = registry.GetOrAdd(s_schema, ("lbk1", "lbv1"));
        group.Add(0, 0, 1);
        group.Add(0, 1, -3);
        group.Record(0, 2, 9);

        Assert.Equal(
            "{\n\t\"t1\": {\n\t\t\"lbk1.lbv1\": {\n\t\t\t\"k1\": \"1\",\n\t\t\t\"k2\": \"-3\","
            + "\n\t\t\t\"k4_max\": \"9\",\n\t\t\t\"k4_min\": \"9\"\n\t\t}\n\t}\n}",
            Json(registry, "t1.lbk1.lbv1"));
        Assert.Contains(
            "\t\"downstream\": {\n\t\t\"proxy.global\": {\n\t\t\t\"bytes_read_total\": \"0\"", Json(registry));
        Assert.Null(Json(registry, "t1.lbk1"));
        Assert.Null(Json(registry, ""));
    }

    [Fact]
    public void Global_numbers_are_lines()
    {
        MetricRegistry registry = Registry();
        registry.Downstream.Add(0, DownstreamMetric.ConnectionTotal, 2);
        ArrayBufferWriter<byte> output = new();
        StatsJson.WriteGlobal(registry, output);
        string text = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.StartsWith("connection_total:2\nconnection_destroy:0\n", text);
        Assert.Contains("\nrequest_time_min:0\nrequest_time_max:0\n", text);
    }

    private static MetricRegistry Registry() => new(1, StatsMatcher.None);

    private static string Scrape(MetricRegistry registry, PrometheusOptions options)
    {
        ArrayBufferWriter<byte> output = new();
        PrometheusText.Write(registry, output, options);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    // Without the groups that every registry has.
    private static string Own(string scrape) => string.Concat(scrape.Split('\n').SkipLast(1)
        .Where(static line => line.StartsWith("t1_") || line.Contains(" t1_")).Select(static line => line + "\n"));

    private static string? Json(MetricRegistry registry, string? key = null)
    {
        ArrayBufferWriter<byte> output = new();
        return StatsJson.TryWrite(registry, output, key) ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }
}
