using Mosn.Proxy.Observability;

namespace Mosn.Tests.Observability;

public sealed class AccessLogSinkTests : IDisposable
{
    private readonly LogWorld _world = new(loops: 2);

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Lines_of_all_loops_reach_the_file_when_the_writer_turns()
    {
        AccessLogSink sink = _world.AccessLog("access.log");
        sink.Write(0, AccessLogFormatTests.Compile("%time% %text% %took%"), "first");
        sink.Write(1, AccessLogFormatTests.Compile("%text%"), "sec\nond");
        Assert.Equal("", _world.Read("access.log"));

        Assert.True(_world.Writer.DrainOnce() > 0);
        Assert.Equal("2024/05/01 12:00:00.007 first 1.329µs\nsec\\nond\n", _world.Read("access.log"));
        Assert.Equal(0, _world.Writer.DrainOnce());
    }

    [Fact]
    public void A_line_costs_no_allocation()
    {
        AccessLogSink sink = _world.AccessLog("access.log");
        AccessLogFormat<string> format = AccessLogFormatTests.Compile("%time% [%text%] %took% %a%");
        sink.Write(0, format, "warm up");
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            sink.Write(0, format, "a path that is quite long and has an é in it");
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void What_the_writer_does_not_fetch_in_time_is_dropped_and_counted()
    {
        AccessLogSink sink = _world.AccessLog("access.log");
        AccessLogFormat<string> format = AccessLogFormatTests.Compile("%text%");
        string text = new('x', 1023);
        for (int i = 0; i < 300; i++)
        {
            sink.Write(1, format, text);
        }
        long dropped = _world.Metrics.Self.Read(SelfMetric.AccessLogDroppedTotal);
        _world.Writer.DrainOnce();
        Assert.InRange(dropped, 300 - (AccessLogSink.RingCapacity / 1024), 60);
        Assert.Equal((300 - dropped) * 1024, _world.Read("access.log").Length);
    }

    [Fact]
    public void A_line_longer_than_the_bound_is_cut_and_still_ends()
    {
        AccessLogSink sink = _world.AccessLog("access.log");
        sink.Write(0, AccessLogFormatTests.Compile("%text% %text% %text%"), new string('x', 4000));
        sink.Write(0, AccessLogFormatTests.Compile("next"), "");
        _world.Writer.DrainOnce();
        string[] lines = _world.Read("access.log").Split('\n');
        Assert.Equal(LogRing.LineLengthMax - 1, lines[0].Length);
        Assert.Equal(["next", ""], lines[1..]);
    }

    [Fact]
    public void A_disabled_log_loses_only_the_lines_in_between()
    {
        AccessLogSink sink = _world.AccessLog("access.log");
        foreach (string text in (string[])["1", "2", "3"])
        {
            Assert.True(_world.Files.TrySetEnabled(sink.Path, enabled: text != "2"));
            sink.Write(0, AccessLogFormatTests.Compile("%text%"), text);
        }
        _world.Writer.DrainOnce();
        Assert.Equal("1\n3\n", _world.Read("access.log"));
        Assert.False(_world.Files.TrySetEnabled("nobody", enabled: true));
    }

    [Fact]
    public void All_access_logs_stop_and_resume_together_also_those_that_come_later()
    {
        AccessLogFormat<string> format = AccessLogFormatTests.Compile("%text%");
        AccessLogSink early = _world.AccessLog("early.log");
        _world.Files.SetAccessLogsEnabled(false);
        AccessLogSink late = _world.AccessLog("late.log");
        early.Write(0, format, "no");
        late.Write(0, format, "no");
        _world.Files.SetAccessLogsEnabled(true);
        early.Write(0, format, "yes");
        late.Write(0, format, "yes");
        _world.Writer.DrainOnce();
        Assert.Equal(("yes\n", "yes\n"), (_world.Read("early.log"), _world.Read("late.log")));
    }

    [Fact]
    public void A_writer_that_is_awake_is_disturbed_once_for_a_quarter_of_the_ring()
    {
        AccessLogSink sink = _world.AccessLog("access.log");
        AccessLogFormat<string> format = AccessLogFormatTests.Compile("%text%");
        string text = new('x', 1023);
        for (int i = 0; i < 63; i++)
        {
            sink.Write(0, format, text);
        }
        Assert.False(_world.Writer.IsWoken);
        sink.Write(0, format, text);
        Assert.True(_world.Writer.IsWoken);
    }

    [Fact]
    public async Task A_single_line_wakes_a_writer_that_sleeps()
    {
        using LogWorld world = new(idleRoundsMax: 1);
        AccessLogSink sink = world.AccessLog("access.log");
        world.Writer.Start();
        // Each line must come out long before the minute that a sleep may take.
        AccessLogFormat<string> format = AccessLogFormatTests.Compile("%text%");
        for (int i = 1; i <= 5; i++)
        {
            await Until(() => world.Writer.IsAsleep);
            sink.Write(0, format, "line");
            await Until(() => new FileInfo(sink.Path).Length == 5 * i);
        }
    }

    private static async Task Until(Func<bool> condition)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public void One_path_is_one_log()
    {
        AccessLogSink sink = _world.AccessLog("access.log");
        Assert.Same(sink, _world.AccessLog("access.log"));
        sink.Write(0, AccessLogFormatTests.Compile("%text%"), "access");
        _world.ErrorLog("access.log").Write(ErrorLogLevel.Info, null, "error");
        _world.Writer.DrainOnce();
        Assert.Equal(2, _world.Read("access.log").Count(static character => character == '\n'));
    }

    [Fact]
    public async Task The_thread_writes_without_being_asked_and_ends_when_closed()
    {
        AccessLogSink sink = _world.AccessLog("access.log");
        _world.Writer.Start();
        AccessLogFormat<string> format = AccessLogFormatTests.Compile("%text%");
        string text = new('y', 99);
        int written = await Task.Run(() =>
        {
            for (int i = 0; i < 50_000; i++)
            {
                sink.Write(0, format, text);
            }
            return 50_000 - (int)_world.Metrics.Self.Read(SelfMetric.AccessLogDroppedTotal);
        });
        _world.Writer.Dispose();
        Assert.Equal(written, File.ReadLines(sink.Path).Count());
        Assert.All(File.ReadLines(sink.Path), line => Assert.Equal(text, line));
        Assert.Equal(0, _world.Metrics.Self.Read(SelfMetric.BugsTotal));
    }
}
