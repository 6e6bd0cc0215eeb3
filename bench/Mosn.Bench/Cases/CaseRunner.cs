using Mosn.Bench.Proxies;
using Mosn.Bench.Reporting;
using Mosn.Bench.Running;

namespace Mosn.Bench.Cases;

/// <summary>Runs a case: all proxies made ready, then measured in turn, round by round.</summary>
public static class CaseRunner
{
    public static async Task<CaseResult> RunAsync(Session session, Case @case, IReadOnlyList<Proxy> proxies)
    {
        List<ContestantResult> rows = [];
        List<double> foreign = [];
        List<(ContestantResult Row, IContestant Contestant)> taking = [];
        try
        {
            foreach (Proxy proxy in proxies)
            {
                ContestantResult row = new(proxy.Name, proxy.IsShippedForm);
                rows.Add(row);
                if (await PrepareAsync(session, @case, proxy, row) is { } contestant)
                {
                    taking.Add((row, contestant));
                }
            }
            await MeasureAsync(session, @case, taking, foreign);
        }
        finally
        {
            foreach ((_, IContestant contestant) in taking)
            {
                await contestant.DisposeAsync();
            }
        }
        Summary? busy = foreign.Count > 0 ? Summary.Of(foreign) : null;
        return new CaseResult(@case.Name, @case.Title, @case.Primary, @case.Columns, rows, busy);
    }

    private static async Task<IContestant?> PrepareAsync(
        Session session, Case @case, Proxy proxy, ContestantResult row)
    {
        row.Problem = proxy.Problem();
        if (row.Problem is null)
        {
            session.Say($"{@case.Name}: {proxy.Name}: start and warm-up");
            try
            {
                return await @case.PrepareAsync(session, proxy);
            }
            catch (BenchException problem)
            {
                row.Problem = problem.Message;
            }
        }
        session.Say($"{@case.Name}: {proxy.Name}: not measured: {row.Problem}");
        return null;
    }

    private static async Task MeasureAsync(
        Session session, Case @case, List<(ContestantResult Row, IContestant Contestant)> taking, List<double> foreign)
    {
        int roundCount = @case.RoundCount(session.Options);
        for (int round = 0; round < roundCount; round++)
        {
            foreach ((ContestantResult row, IContestant contestant) in taking.Where(one => one.Row.Problem is null))
            {
                try
                {
                    foreign.Add(await MachineLoad.WaitUntilQuietAsync(session.Options.PatienceSeconds, session.Cancel));
                    Sample sample = await contestant.RoundAsync();
                    row.Add(round, sample);
                    string value = sample.Values[@case.Primary.Key].ToString(@case.Primary.Format);
                    session.Say(
                        $"{@case.Name}: round {round + 1}/{roundCount}: {row.Proxy}: {value} {@case.Primary.Title}");
                }
                catch (BenchException problem)
                {
                    row.Problem = $"round {round + 1}: {problem.Message}";
                    session.Say($"{@case.Name}: {row.Proxy}: {row.Problem}");
                }
            }
        }
    }
}
