using System.IO.Compression;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;

namespace Mosn.Tests.Observability;

public class LogRotationTests
{
    [Fact]
    public void Midnight_puts_the_file_aside_under_the_day_it_was_begun()
    {
        using LogWorld world = new();
        ErrorLog log = world.ErrorLog("x.log");
        Write(world, log, "may 1");
        world.Time.Now = new DateTimeOffset(2024, 5, 1, 23, 59, 59, TimeSpan.Zero);
        Write(world, log, "late");
        world.Time.Now = new DateTimeOffset(2024, 5, 2, 0, 0, 0, TimeSpan.Zero);
        Write(world, log, "may 2");

        Assert.Equal(["x.log", "x.log.2024-05-01"], world.Names());
        Assert.Equal("2024-05-01 12:00:00,007 [INFO] may 1\n2024-05-01 23:59:59,000 [INFO] late\n",
            world.Read("x.log.2024-05-01"));
        Assert.EndsWith("may 2\n", world.Read("x.log"));
    }

    [Fact]
    public void A_name_that_is_taken_gets_a_number_and_the_last_number_is_written_over()
    {
        using LogWorld world = new();
        world.Files.Roller = LogRollerConfig.Default with { Keep = 2 };
        for (int i = 0; i < 5; i++)
        {
            // A day that begins again: the clock is set back before each rotation.
            world.Time.Now = new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
            if (File.Exists(world.PathOf("x.log")))
            {
                File.SetLastWriteTimeUtc(world.PathOf("x.log"), world.Time.Now.UtcDateTime);
                world.Files.ReopenAll();
                world.Writer.DrainOnce();
            }
            Write(world, world.ErrorLog("x.log"), $"round {i}");
            world.Time.Now = new DateTimeOffset(2024, 5, 2, 0, 0, 1, TimeSpan.Zero);
            world.Writer.DrainOnce();
        }
        Assert.Equal(["x.log", "x.log.2024-05-01", "x.log.2024-05-01.1", "x.log.2024-05-01.2"], world.Names());
        Assert.Contains("round 0", world.Read("x.log.2024-05-01"));
        Assert.Contains("round 1", world.Read("x.log.2024-05-01.1"));
        Assert.Contains("round 4", world.Read("x.log.2024-05-01.2"));
    }

    [Fact]
    public void Hours_are_local_multiples_and_in_the_name()
    {
        using LogWorld world = new(zone: "Asia/Shanghai"); // 12:00 UTC is 20:00 there.
        world.Files.Roller = LogRollerConfig.Default with { Interval = TimeSpan.FromHours(6) };
        ErrorLog log = world.ErrorLog("x.log");
        Write(world, log, "one");
        world.Time.Now = new DateTimeOffset(2024, 5, 1, 15, 59, 59, TimeSpan.Zero);
        Write(world, log, "two");
        world.Time.Now = new DateTimeOffset(2024, 5, 1, 16, 0, 0, TimeSpan.Zero);
        Write(world, log, "three");
        Assert.Equal(["x.log", "x.log.2024-05-01_20"], world.Names());
        Assert.StartsWith("2024-05-02 00:00:00,000", world.Read("x.log"));
    }

    [Fact]
    public void A_file_of_yesterday_is_put_aside_at_the_start()
    {
        using LogWorld world = new();
        File.WriteAllText(world.PathOf("x.log"), "old\n");
        File.SetLastWriteTimeUtc(world.PathOf("x.log"), new DateTime(2024, 4, 30, 23, 0, 0, DateTimeKind.Utc));
        world.ErrorLog("x.log");
        Assert.Equal(["x.log", "x.log.2024-04-30"], world.Names());
        Assert.Equal("old\n", world.Read("x.log.2024-04-30"));
    }

    [Fact]
    public void A_deleted_file_comes_back_with_the_next_rotation()
    {
        using LogWorld world = new();
        ErrorLog log = world.ErrorLog("x.log");
        Write(world, log, "gone");
        File.Delete(world.PathOf("x.log"));
        world.Time.Now = new DateTimeOffset(2024, 5, 2, 0, 0, 1, TimeSpan.Zero);
        Write(world, log, "back");
        Assert.Equal(["x.log"], world.Names());
        Assert.EndsWith("back\n", world.Read("x.log"));
    }

    [Theory]
    [InlineData("Europe/Berlin", "2024-03-31T00:30:00+01:00", "2024-04-01T00:00:00+02:00")] // A day of 23 hours.
    [InlineData("Europe/Berlin", "2024-10-27T00:30:00+02:00", "2024-10-28T00:00:00+01:00")] // A day of 25 hours.
    [InlineData("Europe/Berlin", "2024-06-15T23:59:59+02:00", "2024-06-16T00:00:00+02:00")]
    [InlineData("Europe/Berlin", "2024-06-15T00:00:00+02:00", "2024-06-16T00:00:00+02:00")]
    [InlineData("America/St_Johns", "2006-10-28T23:30:00-02:30", "2006-10-29T00:00:00-02:30")] // Two midnights.
    [InlineData("America/St_Johns", "2006-10-28T23:30:00-03:30", "2006-10-29T00:00:00-03:30")]
    public void Days_end_at_local_midnight_also_when_clocks_change(string zone, string after, string expected) =>
        Assert.Equal(
            DateTimeOffset.Parse(expected),
            LogArchive.NextRotation(
                DateTimeOffset.Parse(after),
                LogRollerConfig.Default,
                TimeZoneInfo.FindSystemTimeZoneById(zone)));

    [Fact]
    public void Hourly_rotation_goes_forward_through_changes_of_the_clocks()
    {
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        LogRollerConfig hourly = LogRollerConfig.Default with { Interval = TimeSpan.FromHours(1) };
        foreach (string day in (string[])["2024-03-30T22:10:00Z", "2024-10-26T22:10:00Z"])
        {
            DateTimeOffset now = DateTimeOffset.Parse(day);
            for (int i = 0; i < 10; i++)
            {
                DateTimeOffset next = LogArchive.NextRotation(now, hourly, zone);
                Assert.InRange(next - now, TimeSpan.FromTicks(1), TimeSpan.FromHours(2));
                now = next;
            }
        }
    }

    [Fact]
    public void Size_puts_files_aside_with_a_stamp_compresses_and_limits_them()
    {
        using LogWorld world = new();
        world.Files.Roller = new LogRollerConfig { SizeMegabytes = 1, Keep = 2, Compress = true };
        ErrorLog log = world.ErrorLog("x.log");
        File.WriteAllText(world.PathOf("x-other.log"), "not ours");
        for (int i = 0; i < 5; i++)
        {
            world.Time.Now = new DateTimeOffset(2024, 5, 1 + i, 12, 0, 0, TimeSpan.Zero);
            for (int line = 0; line < 70; line++)
            {
                Write(world, log, new string((char)('a' + i), 15_000));
            }
        }
        Assert.Equal(
            ["x-2024-05-04T12-00-00.000.log.gz", "x-2024-05-05T12-00-00.000.log.gz", "x-other.log", "x.log"],
            world.Names());
        using GZipStream unzipped = new(
            File.OpenRead(world.PathOf("x-2024-05-05T12-00-00.000.log.gz")), CompressionMode.Decompress);
        string first = new StreamReader(unzipped).ReadLine()!;
        Assert.Equal(15_000 + "2024-05-01 12:00:00,007 [INFO] ".Length, first.Length);
        Assert.InRange(new FileInfo(world.PathOf("x.log")).Length, 1, 1 << 20);
    }

    [Fact]
    public void Old_files_are_deleted_after_their_days()
    {
        using LogWorld world = new();
        world.Files.Roller = new LogRollerConfig { SizeMegabytes = 1, AgeDays = 3, Keep = 0 };
        File.WriteAllText(world.PathOf("x-2024-04-27T12-00-00.000.log"), "");
        File.WriteAllText(world.PathOf("x-2024-04-30T12-00-00.000.log"), "");
        ErrorLog log = world.ErrorLog("x.log");
        for (int line = 0; line < 70; line++)
        {
            Write(world, log, new string('a', 15_000));
        }
        Assert.Equal(
            ["x-2024-04-30T12-00-00.000.log", "x-2024-05-01T12-00-00.007.log", "x.log"], world.Names());
    }

    [Fact]
    public void After_a_rename_by_others_reopening_begins_a_new_file()
    {
        using LogWorld world = new();
        ErrorLog log = world.ErrorLog("x.log");
        Write(world, log, "one");
        File.Move(world.PathOf("x.log"), world.PathOf("x.moved"));
        Write(world, log, "two");
        world.Files.ReopenAll();
        world.Writer.DrainOnce();
        Write(world, log, "three");
        Assert.Equal(2, File.ReadAllLines(world.PathOf("x.moved")).Length);
        Assert.EndsWith("three\n", world.Read("x.log"));
    }

    [Fact]
    public void Two_processes_that_append_to_one_file_keep_each_others_lines()
    {
        using LogWorld one = new();
        using LogWorld two = new();
        Assert.True(two.Files.TryOpen(one.PathOf("x.log"), out LogFile? other, out _));
        ErrorLog log = one.ErrorLog("x.log");
        Write(one, log, "one");
        other.Write("two\n"u8);
        Write(one, log, "three");
        Assert.Equal(
            "2024-05-01 12:00:00,007 [INFO] one\ntwo\n2024-05-01 12:00:00,007 [INFO] three\n", one.Read("x.log"));
    }

    private static void Write(LogWorld world, ErrorLog log, string text)
    {
        log.Write(ErrorLogLevel.Info, null, text);
        world.Writer.DrainOnce();
    }
}
