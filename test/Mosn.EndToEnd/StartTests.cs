using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Mosn.EndToEnd;

/// <summary>Starts that work out of the box, and starts that must not.</summary>
public class StartTests
{
    private const int Terminate = 15;
    private const string Ok = """{"match":{"prefix":"/"},"direct_response":{"status":200,"body":"ok"}}""";

    [Fact]
    public async Task Without_a_configuration_the_demo_runs_and_curl_gets_its_answer_through_three_listeners()
    {
        foreach (int port in (int[])[2045, 2046, 2047, 34901])
        {
            Assert.SkipWhen(FreePort.IsTaken(port), $"somebody uses port {port}");
        }
        using MosnProcess mosn = MosnProcess.LaunchWithoutConfig();
        await mosn.WaitForLogAsync("running as process");
        foreach (int port in (int[])[2047, 2046, 2045])
        {
            (int code, string output, string errors) =
                await PeerProcess.RunAsync("curl", "-sS", $"http://127.0.0.1:{port}/");
            Assert.True(code == 0, errors);
            Assert.Equal("Hello from Mosn.NET!\n", output);
        }
        mosn.Signal(Terminate);
        Assert.Equal(0, await mosn.WaitForExitAsync());
    }

    [Fact]
    public async Task The_demo_as_a_file_logs_each_of_its_three_requests()
    {
        string config = await File.ReadAllTextAsync(Path.Combine(ExamplesDirectory(), "three-listeners/mosn.json"));
        int client = 0;
        foreach (string port in (string[])["2047", "2046", "34901", "2045"])
        {
            client = FreePort.Find();
            config = config.Replace(port, client.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        }
        using MosnProcess mosn = await MosnProcess.StartAsync(config);
        (int code, string output, _) = await PeerProcess.RunAsync("curl", "-sS", $"http://127.0.0.1:{client}/");
        Assert.Equal((0, "Hello from Mosn.NET!\n"), (code, output));
        mosn.Signal(Terminate);
        Assert.Equal(0, await mosn.WaitForExitAsync());
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(mosn.Directory, "access.log"));
        Assert.Equal(["application", "client", "server"], lines.Select(static line => line.Split(' ')[0]).Order());
    }

    [Fact]
    public async Task A_wrong_configuration_opens_no_port()
    {
        int port = FreePort.Find();
        string config = new ConfigText()
            .Http("good", Ok, $$"""{"address":"127.0.0.1:{{port}}"}""")
            .Http("bad", """{"match":{"prefix":"/"},"redirect":{"response_code":99}}""")
            .ToString();
        using MosnProcess mosn = MosnProcess.Launch(config);
        await mosn.WaitForLogAsync("servers[0].routers[1].virtual_hosts[0].routers[0].redirect");
        Assert.Equal(1, await mosn.WaitForExitAsync());
        Assert.False(mosn.Listens("good"));
    }

    [Fact]
    public async Task A_port_in_use_is_told_with_the_listener_and_the_address()
    {
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        string address = other.LocalEndPoint!.ToString()!;
        using MosnProcess mosn = MosnProcess.Launch(
            new ConfigText().Http("mine", Ok, $$"""{"address":"{{address}}"}""").ToString());
        string line = await mosn.WaitForLogAsync("listener 'mine'");
        Assert.Contains(address, line, StringComparison.Ordinal);
        Assert.Contains("in use", line, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, await mosn.WaitForExitAsync());
    }

    [Fact]
    public async Task A_second_mosn_on_the_same_ports_fails_and_the_first_goes_on()
    {
        string config = new ConfigText().Server("processor", "2").Http("web", Ok).ToString();
        using MosnProcess first = await MosnProcess.StartAsync(config);
        using MosnProcess second = MosnProcess.Launch(config.Replace(
            "127.0.0.1:0", $"127.0.0.1:{first.PortOf("web")}", StringComparison.Ordinal));
        Assert.Equal(1, await second.WaitForExitAsync());
        (int code, string output, _) = await PeerProcess.RunAsync("curl", "-sS", first.UrlOf("web"));
        Assert.Equal((0, "ok"), (code, output));
    }

    [Fact]
    public async Task Every_example_passes_the_strict_check()
    {
        // One that is a program has a binary of its own, and files of its build beside it.
        string[] files =
        [
            .. Directory.GetDirectories(ExamplesDirectory())
                .Where(static folder => Directory.GetFiles(folder, "*.csproj").Length == 0)
                .SelectMany(static folder => Directory.GetFiles(folder, "*.json"))
                .Where(static file => !Path.GetFileName(file).StartsWith("package", StringComparison.Ordinal)), // Node's.
        ];
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            (int code, string output, string errors) =
                await PeerProcess.RunAsync(MosnProcess.Binary, "check", "--strict", "-c", file);
            Assert.True(code == 0, $"{file}: {output}{errors}");
        }
    }

    private static string ExamplesDirectory([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../examples"));
}
