using System.Text.Json;

namespace Mosn.Tests.Cli;

public sealed class CheckTests : IDisposable
{
    private const string Good = """{"servers":[{"mosn_server_name":"a","listeners":[],"routers":[]}]}""";
    private const string Misspelt = """{"servers":[{"mosn_server_nam":"a","listeners":[],"routers":[]}]}""";
    private const string Broken = """
        {"servers":[{
          "graceful_timeout": 15,
          "listeners": "none"
        }]}
        """;

    private readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_good_file_ends_with_0()
    {
        Assert.Equal(0, await _cli.RunAsync("check", "-c", _cli.Write("conf/good.json", Good)));
        Assert.EndsWith("good.json: no errors, no warnings\n", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_built_in_configuration_has_no_problem()
    {
        Assert.Equal(0, await _cli.RunAsync("check", "--strict"));
        Assert.Equal("built-in configuration: no errors, no warnings\n", _cli.Out);
    }

    [Fact]
    public async Task Every_problem_is_printed_with_its_place()
    {
        Assert.Equal(1, await _cli.RunAsync("check", "-c", _cli.Write("conf/broken.json", Broken)));
        Assert.Contains("broken.json:2:", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("broken.json:3:", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("2 errors", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_prints_the_same_and_ends_with_1()
    {
        string file = _cli.Write("conf/broken.json", Broken);
        await _cli.RunAsync("check", "-c", file);
        Assert.Equal(1, await _cli.RunAsync("start", "-c", file));
        Assert.NotEmpty(_cli.Error);
        Assert.StartsWith(_cli.Error, _cli.Out, StringComparison.Ordinal);
        Assert.Equal(["conf"], Directory.GetDirectories(_cli.Root).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_unknown_key_is_a_warning_and_with_strict_an_error()
    {
        string file = _cli.Write("conf/misspelt.json", Misspelt);
        Assert.Equal(0, await _cli.RunAsync("check", "-c", file));
        Assert.Contains("mosn_server_name", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(1, await _cli.RunAsync("check", "-c", file, "--strict"));
    }

    [Fact]
    public async Task Problems_come_as_json_too()
    {
        Assert.Equal(1, await _cli.RunAsync(
            "check", "--format", "json", "-c", _cli.Write("conf/broken.json", Broken)));
        using JsonDocument json = JsonDocument.Parse(_cli.Out);
        Assert.Equal(2, json.RootElement.GetProperty("errors").GetInt32());
        Assert.Equal(2, json.RootElement.GetProperty("problems").GetArrayLength());
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_problem()
    {
        Assert.Equal(1, await _cli.RunAsync("check", "-c", Path.Combine(_cli.Root, "absent.json")));
        Assert.Contains("absent.json", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_may_come_from_the_environment()
    {
        _cli.Environment["MOSN_CONFIG"] = _cli.Write("conf/broken.json", Broken);
        Assert.Equal(1, await _cli.RunAsync("check"));
    }

    [Fact]
    public async Task The_schema_is_json_and_knows_the_top_level_keys()
    {
        Assert.Equal(0, await _cli.RunAsync("schema"));
        using JsonDocument schema = JsonDocument.Parse(_cli.Out);
        Assert.True(schema.RootElement.TryGetProperty("$defs", out _));
        Assert.Contains("\"cluster_manager\"", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense=true")]
    [InlineData("auto_config=maybe")]
    public async Task A_wrong_feature_gate_keeps_start_from_starting(string gates)
    {
        Assert.Equal(1, await _cli.RunAsync("start", "-f", gates));
        Assert.StartsWith("mosn start: feature gate '", _cli.Error, StringComparison.Ordinal);
    }
}
