using Mosn.Bench.Load;
using Mosn.Bench.Proxies;
using Mosn.Bench.Reporting;

namespace Mosn.Bench.Cases;

/// <summary>How many system calls a request costs. Tracing slows everything, so no time is taken here.</summary>
public sealed class SystemCallCase(string name, string title) : HttpCase(name, title)
{
    // Long enough that accepting 64 connections does not show in the second digit.
    private const int Seconds = 4;

    public override Metric Primary => Metric.CallsPerRequest;

    public override IReadOnlyList<Metric> Columns => [Metric.CallsPerRequest, Metric.Errors];

    public override int RoundCount(BenchOptions options) => options.IsQuick ? 1 : 3;

    protected override async Task<Sample> RoundAsync(Session session, RunningProxy running)
    {
        await using SystemCalls counting = await SystemCalls.AttachAsync(session, running.Ids);
        LoadResult result = await LoadAsync(session, running, Seconds);
        Dictionary<string, long> calls = await counting.StopAsync(session.Cancel);
        running.ThrowIfGone();
        if (result.Count == 0)
        {
            throw new BenchException("no request was answered under strace");
        }

        IEnumerable<string> most = calls
            .OrderByDescending(call => call.Value)
            .Select(call => (call.Key, Each: (double)call.Value / result.Count))
            .Where(call => call.Each >= 0.01)
            .Select(call => $"{call.Key} {call.Each:0.00}");
        return new Sample(
            new Dictionary<string, double>
            {
                [Metric.CallsPerRequest.Key] = (double)calls.Values.Sum() / result.Count,
                [Metric.Errors.Key] = result.Errors,
            },
            string.Join(", ", most));
    }
}
