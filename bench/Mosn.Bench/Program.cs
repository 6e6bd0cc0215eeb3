using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Mosn.Bench;
using Mosn.Bench.Cases;
using Mosn.Bench.Load;
using Mosn.Bench.Proxies;
using Mosn.Bench.Reporting;
using Mosn.Bench.Running;

if (args is ["internal", .. string[] rest])
{
    return InternalCommands.Run(rest);
}

Argument<string> subject = new("subject") { Description = "What to measure: " + string.Join(", ", Subjects.Names) };
subject.AcceptOnlyFromAmong([.. Subjects.Names]);
Option<int?> rounds = new("--rounds") { Description = "Rounds for each proxy and case (7; quick: 2)" };
Option<int?> seconds = new("--seconds") { Description = "Seconds of load in a round (2; quick: 1)" };
Option<bool> quick = new("--quick") { Description = "Few short rounds, to see that all works" };
Option<int> patience = new("--patience")
{
    Description = "Seconds that each round may wait for a quiet machine",
    DefaultValueFactory = _ => 0,
};
Option<string[]> mosn = new("--mosn")
{
    Description = "A mosn binary (or .dll) to measure instead of this repository's; may be given several times",
};
Option<string[]> cases = new("--case") { Description = "Only this case; may be given several times" };
Option<string[]> proxies = new("--proxy") { Description = "Only this proxy; may be given several times" };
Option<string?> output = new("--out") { Description = "Folder of the result files" };
Option<string?> date = new("--date") { Description = "Date in the report (today)" };
Option<int> proxyCore = new("--proxy-core") { Description = "Core of the proxy", DefaultValueFactory = _ => 0 };
Option<int> loadCore = new("--load-core")
{
    Description = "Core of client and backend",
    DefaultValueFactory = _ => 1,
};

RootCommand root = new("Measures mosn against nginx and HAProxy on this machine. See bench/README.md.")
{
    subject, rounds, seconds, quick, patience, mosn, cases, proxies, output, date, proxyCore, loadCore,
};
root.SetAction(parsed => RunAsync(new BenchOptions
{
    Subject = parsed.GetRequiredValue(subject),
    IsQuick = parsed.GetValue(quick),
    Rounds = parsed.GetValue(rounds) ?? (parsed.GetValue(quick) ? 2 : 7),
    Seconds = parsed.GetValue(seconds) ?? (parsed.GetValue(quick) ? 1 : 2),
    PatienceSeconds = parsed.GetValue(patience),
    MosnPaths = parsed.GetValue(mosn) ?? [],
    Cases = parsed.GetValue(cases) ?? [],
    Proxies = parsed.GetValue(proxies) ?? [],
    Out = parsed.GetValue(output),
    Date = parsed.GetValue(date) ?? DateTime.Now.ToString("yyyy-MM-dd"),
    ProxyCore = parsed.GetValue(proxyCore),
    LoadCore = parsed.GetValue(loadCore),
}));

// Ctrl-C is handled below: the default would end this process and leave its children.
InvocationConfiguration configuration = new() { ProcessTerminationTimeout = null };
return await root.Parse(args).InvokeAsync(configuration);

static async Task<int> RunAsync(BenchOptions options)
{
    using CancellationTokenSource cancel = new();
    Action<PosixSignalContext> stop = context =>
    {
        context.Cancel = true;
        cancel.Cancel();
    };
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, stop);
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, stop);
    using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, stop);
    await using Session session = new(options, cancel.Token);
    try
    {
        await MeasureAsync(session);
        return 0;
    }
    catch (OperationCanceledException)
    {
        session.Say("stopped");
        return 130;
    }
    catch (BenchException problem)
    {
        session.Say(problem.Message);
        return 1;
    }
}

static async Task MeasureAsync(Session session)
{
    BenchOptions options = session.Options;
    string root = Environment.GetEnvironmentVariable("MOSN_BENCH_ROOT") ?? Environment.CurrentDirectory;
    PinSelf(session);
    MachineFacts machine = MachineFacts.Read(options.Date, root);
    IReadOnlyList<Case> cases = Chosen(Subjects.Cases(options.Subject), options.Cases, one => one.Name, "case");
    List<Proxy> known = [.. Contestants.Mosn(options, root), new NginxProxy(), new HaproxyProxy()];
    Dictionary<string, string> versions = known
        .Where(proxy => proxy.Problem() is null)
        .ToDictionary(proxy => proxy.Name, proxy => proxy.Version());

    List<CaseResult> results = [];
    foreach (Case one in cases)
    {
        Proxy[] all = [.. known, .. one.MorePeers];
        IReadOnlyList<Proxy> proxies = Chosen(all, options.Proxies, proxy => proxy.Name, "proxy");
        results.Add(await CaseRunner.RunAsync(session, one, proxies));
    }

    session.Cancel.ThrowIfCancellationRequested();
    Report report = new(options, machine, versions, results);
    string page = report.Markdown();
    string folder = Directory.CreateDirectory(options.OutputFolder(root)).FullName;
    File.WriteAllText(Path.Combine(folder, options.Subject + ".md"), page);
    File.WriteAllText(Path.Combine(folder, options.Subject + ".json"), report.Json());
    Console.WriteLine(page);
    folder = Path.GetRelativePath(Environment.CurrentDirectory, folder);
    session.Say($"written to {folder}/{options.Subject}.md and .json");
}

static IReadOnlyList<T> Chosen<T>(
    IReadOnlyList<T> all, IReadOnlyList<string> names, Func<T, string> nameOf, string what)
{
    T[] chosen = [.. all.Where(one => names.Count == 0 || names.Contains(nameOf(one)))];
    return chosen.Length > 0
        ? chosen
        : throw new BenchException($"no such {what}; there are: {string.Join(", ", all.Select(nameOf))}");
}

// The harness's own threads stay off the proxy's core.
static void PinSelf(Session session)
{
    if (session.LoadCores.List is { } cores)
    {
        using Process pin = Process.Start(
            new ProcessStartInfo("taskset", ["-a", "-p", "-c", cores, Environment.ProcessId.ToString()])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            })!;
        pin.WaitForExit();
    }
}
