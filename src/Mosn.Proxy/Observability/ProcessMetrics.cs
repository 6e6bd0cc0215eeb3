using System.Buffers;
using System.Diagnostics;
using System.Globalization;

namespace Mosn.Proxy.Observability;

/// <summary>
/// What the operating system and the runtime know about this process, under the names that Prometheus clients
/// use. Read anew for each scrape; what cannot be read is left out.
/// </summary>
internal static class ProcessMetrics
{
    public static void WriteProcess(IBufferWriter<byte> output)
    {
        Write(
            output, "process_cpu_seconds_total", MetricKind.Counter, "User and system CPU time in seconds.",
            Environment.CpuUsage.TotalTime.TotalSeconds);
        Write(
            output, "process_resident_memory_bytes", MetricKind.Gauge, "Resident memory in bytes.",
            Environment.WorkingSet);
        if (OpenDescriptors() is { } descriptors)
        {
            Write(output, "process_open_fds", MetricKind.Gauge, "Open file descriptors.", descriptors);
        }
        if (DescriptorsMax() is { } descriptorsMax)
        {
            Write(output, "process_max_fds", MetricKind.Gauge, "Limit of open file descriptors.", descriptorsMax);
        }
        using Process process = Process.GetCurrentProcess();
        Write(
            output, "process_start_time_seconds", MetricKind.Gauge, "Start of the process in seconds since 1970.",
            (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds);
    }

    public static void WriteRuntime(IBufferWriter<byte> output)
    {
        Write(
            output, "dotnet_gc_heap_bytes", MetricKind.Gauge, "Managed bytes in use or not yet collected.",
            GC.GetTotalMemory(forceFullCollection: false));
        Write(
            output, "dotnet_gc_allocated_bytes_total", MetricKind.Counter, "Bytes allocated on the managed heap.",
            GC.GetTotalAllocatedBytes());
        Write(
            output, "dotnet_gc_pause_seconds_total", MetricKind.Counter, "Seconds that threads waited for collections.",
            GC.GetTotalPauseDuration().TotalSeconds);
        PrometheusText.WriteHead(
            output, "dotnet_gc_collections_total", MetricKind.Counter,
            "Collections, those of older generations included.");
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            output.Append($"dotnet_gc_collections_total{{generation=\"{generation}\"}} "
                + $"{MetricText.Number(GC.CollectionCount(generation))}\n");
        }
        Write(
            output, "dotnet_threadpool_threads", MetricKind.Gauge, "Threads of the pool.",
            ThreadPool.ThreadCount);
    }

    private static void Write(IBufferWriter<byte> output, string name, MetricKind kind, string help, double value)
    {
        PrometheusText.WriteHead(output, name, kind, help);
        output.Append($"{name} {MetricText.Number(value)}\n");
    }

    private static int? OpenDescriptors()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() - 1; // One was open to count them.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long? DescriptorsMax()
    {
        try
        {
            // Max open files            1048576              1048576              files
            string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(
                static line => line.StartsWith("Max open files", StringComparison.Ordinal));
            string[] words = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
            return words.Length > 3 && long.TryParse(words[3], CultureInfo.InvariantCulture, out long limit)
                ? limit
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
