using Mosn.Proxy.Server;

namespace Mosn.Tests.Server;

// A made-up /proc, so that zombies and reused numbers come when the test wants them.
public sealed class RunningProcessTests : IDisposable
{
    private readonly string _proc = Directory.CreateTempSubdirectory("mosn-proc").FullName;

    public void Dispose() => Directory.Delete(_proc, recursive: true);

    [Fact]
    public void A_zombie_has_gone()
    {
        Put(5, 'S', ticks: 100, "mosn\0start\0");
        RunningProcess process = Assert.IsType<RunningProcess>(RunningProcess.Find(5, _proc));
        Assert.True(process.IsAlive);

        Put(5, 'Z', ticks: 100, "");
        Assert.False(process.IsAlive);
        Assert.Null(RunningProcess.Find(5, _proc));
    }

    [Fact]
    public void Another_process_under_the_number_is_not_the_one_that_was()
    {
        Put(5, 'S', ticks: 100, "mosn\0");
        RunningProcess process = Assert.IsType<RunningProcess>(RunningProcess.Find(5, _proc));
        Put(5, 'S', ticks: 101, "mosn\0");
        Assert.False(process.IsAlive);
    }

    [Theory]
    [InlineData("/usr/bin/mosn\0start\0", null, true)]
    [InlineData("mosn\0", null, true)]
    [InlineData("dotnet\0/opt/mosn.dll\0start\0", null, true)]
    [InlineData("/bin/sleep\0mosn\0", null, false)]
    [InlineData("proxy\0", "/opt/mosn", true)]
    [InlineData("proxy\0", "/opt/mosn (deleted)", true)]
    [InlineData("proxy\0", "/opt/nginx", false)]
    [InlineData("", null, false)]
    public void It_is_known_by_its_arguments_or_its_file(string commandLine, string? executable, bool isMosn)
    {
        Put(5, 'S', ticks: 100, commandLine, executable);
        Assert.Equal(isMosn, RunningProcess.Find(5, _proc)!.Runs(["mosn"]));
    }

    [Fact]
    public void This_process_is_alive_in_the_real_table()
    {
        RunningProcess self = Assert.IsType<RunningProcess>(RunningProcess.Find(Environment.ProcessId));
        Assert.True(self.IsAlive);
        Assert.True(self.Runs([Path.GetFileName(Environment.ProcessPath!)]));
        Assert.Null(RunningProcess.Find(int.MaxValue));
    }

    private void Put(int pid, char state, ulong ticks, string commandLine, string? executable = null)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_proc, $"{pid}")).FullName;
        string between = string.Join(' ', Enumerable.Repeat("0", 18));
        File.WriteAllText(Path.Combine(folder, "stat"), $"{pid} (a (b) c) {state} {between} {ticks} 0 0\n");
        File.WriteAllText(Path.Combine(folder, "cmdline"), commandLine);
        if (executable is not null)
        {
            File.CreateSymbolicLink(Path.Combine(folder, "exe"), executable);
        }
    }
}
