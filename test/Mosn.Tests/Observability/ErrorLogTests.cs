using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Mosn.Proxy.Observability;

namespace Mosn.Tests.Observability;

public sealed class ErrorLogTests : IDisposable
{
    private readonly LogWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Lines_have_time_level_alert_key_and_text()
    {
        ErrorLogs logs = Use("main.log", ErrorLogLevel.Trace);
        ILogger logger = logs.CreateLogger("any");
        logger.LogInformation("listening on {Address}", "127.0.0.1:80");
        logger.Alert(AlertKeys.Panic, "it broke");
        logger.LogWarning(new EventId(7, "GeneratedName"), "{Tag} slow", new RequestTag(3, null, "t1"));
        logger.LogCritical("end");
        logger.LogDebug("d");
        logger.LogTrace("t");

        Assert.Equal(
            """
            2024-05-01 12:00:00,007 [INFO] listening on 127.0.0.1:80
            2024-05-01 12:00:00,007 [ERROR] [mosn.proxy.panic] it broke
            2024-05-01 12:00:00,007 [WARN] [3,-,t1] slow
            2024-05-01 12:00:00,007 [FATAL] end
            2024-05-01 12:00:00,007 [DEBUG] d
            2024-05-01 12:00:00,007 [TRACE] t

            """,
            Drained("main.log"));
    }

    [Fact]
    public void One_message_is_one_line_whatever_it_holds()
    {
        ILogger logger = Use("main.log").CreateLogger("any");
        logger.LogError(new IOException("no\r\nway"), "bad \u001b[31m\u0085\u2028 {Name}", "a\nb");
        string line = Drained("main.log");
        Assert.EndsWith("[ERROR] bad \\x1b[31m\\x85\\u2028 a\\nb: System.IO.IOException: no\\r\\nway\n", line);
    }

    [Fact]
    public void Levels_hold_for_each_log_and_change_at_run_time()
    {
        ErrorLogs logs = Use("main.log", ErrorLogLevel.Warn);
        ILogger logger = logs.CreateLogger("any");
        Assert.False(logger.IsEnabled(LogLevel.Information));
        logger.LogInformation("no");
        Assert.True(logs.TrySetLevel(_world.PathOf("main.log"), ErrorLogLevel.Info));
        logger.LogInformation("yes");

        Assert.EndsWith("[INFO] yes\n", Drained("main.log"));
        Assert.Equal(
            [("", ErrorLogLevel.Info), (_world.PathOf("main.log"), ErrorLogLevel.Info)], logs.Levels());
        Assert.False(logs.TrySetLevel("nobody", ErrorLogLevel.Info));
    }

    [Theory]
    [InlineData("error", "ERROR")]
    [InlineData("off", "OFF")]
    [InlineData("trace", "DEBUG")]
    public void The_command_line_sets_a_ceiling(string ceiling, string expected)
    {
        Assert.True(ErrorLogLevels.TryParseCeiling(ceiling, out ErrorLogLevel level));
        ErrorLogs logs = new(_world.Files, _world.Writer, _world.Time, level);
        Assert.True(logs.TryUse(_world.PathOf("main.log"), ErrorLogLevel.Debug, out _));
        Assert.Equal(expected, logs.Main.Level.ToText());
        Assert.Equal(expected != "OFF", logs.CreateLogger("any").IsEnabled(LogLevel.Error));
    }

    [Fact]
    public void Level_names_are_exact()
    {
        Assert.All((string[])["FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"], static name =>
        {
            Assert.True(ErrorLogLevels.TryParse(name, out ErrorLogLevel level));
            Assert.Equal(name, level.ToText());
        });
        Assert.False(ErrorLogLevels.TryParse("info", out _));
        Assert.False(ErrorLogLevels.TryParseCeiling("INFO", out _));
    }

    [Fact]
    public void A_full_queue_drops_and_counts_and_never_waits()
    {
        ErrorLog log = _world.ErrorLog("main.log");
        for (int i = 0; i < 5000; i++)
        {
            log.Write(ErrorLogLevel.Info, null, "x");
        }
        long dropped = _world.Metrics.Self.Read(SelfMetric.ErrorLogDroppedTotal);
        Assert.Equal(5000 - 4096, dropped);
        Assert.Equal(4096, Drained("main.log").Count(static character => character == '\n'));
        log.Write(ErrorLogLevel.Info, null, "again");
        Assert.EndsWith("again\n", Drained("main.log"));
    }

    [Fact]
    public void Directories_are_made_and_an_impossible_path_is_a_problem()
    {
        ErrorLogs logs = Use("main.log");
        Assert.True(logs.TryUse(_world.PathOf("a/b/c.log"), ErrorLogLevel.Info, out _));
        logs.CreateLogger("any").LogInformation("deep");
        Assert.EndsWith("deep\n", Drained("a/b/c.log"));

        Assert.False(logs.TryUse(_world.PathOf("main.log/x"), ErrorLogLevel.Info, out string? problem));
        Assert.Contains("main.log/x", problem);
        Assert.Equal(_world.PathOf("a/b/c.log"), logs.Main.Path);
        Assert.False(logs.TryUse("syslog+tcp://nowhere", ErrorLogLevel.Info, out problem));
        Assert.Contains("host:port", problem);
    }

    [Fact]
    public void A_write_that_fails_is_counted_and_nothing_else_happens()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs a device that is always full");
        ErrorLogs logs = new(_world.Files, _world.Writer, _world.Time);
        Assert.True(logs.TryUse("/dev/full", ErrorLogLevel.Info, out string? problem), problem);
        logs.CreateLogger("any").LogInformation("lost");
        _world.Writer.DrainOnce();
        Assert.Equal(1, _world.Metrics.Self.Read(SelfMetric.LogWriteFailedTotal));
    }

    [Fact]
    public void Syslog_gets_a_datagram_for_each_line()
    {
        using Socket daemon = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        daemon.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        daemon.ReceiveTimeout = 5000;
        SyslogAddress address = SyslogAddress.Parse($"syslog://{daemon.LocalEndPoint}");
        using SyslogLogOutput output = new(address, _world.Time);
        Assert.True(SpinWait.SpinUntil(() => output.IsConnected, TimeSpan.FromSeconds(5)));
        output.Write("one\ntwo\n"u8);

        byte[] datagram = new byte[500];
        string first = Encoding.UTF8.GetString(datagram.AsSpan(0, daemon.Receive(datagram)));
        string second = Encoding.UTF8.GetString(datagram.AsSpan(0, daemon.Receive(datagram)));
        Assert.StartsWith("<131>2024-05-01T12:00:00+00:00 ", first);
        Assert.EndsWith($" mosn[{Environment.ProcessId}]: one\n", first);
        Assert.EndsWith("]: two\n", second);
    }

    private ErrorLogs Use(string name, ErrorLogLevel level = ErrorLogLevel.Info)
    {
        ErrorLogs logs = new(_world.Files, _world.Writer, _world.Time);
        Assert.True(logs.TryUse(_world.PathOf(name), level, out string? problem), problem);
        return logs;
    }

    private string Drained(string name)
    {
        _world.Writer.DrainOnce();
        return _world.Read(name);
    }
}
