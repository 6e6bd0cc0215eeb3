using System.Runtime.CompilerServices;
using Mosn.Cli;
using Mosn.Proxy.Server;
using Mosn.Testing;
using Mosn.Tests.Cli;
using StreamFilterExample;

namespace Mosn.Tests.Filters;

/// <summary>The filter of <c>examples/stream-filter</c>, in the product.</summary>
public sealed class StreamFilterExampleTests
{
    private const string Listener =
        """, "stream_filters": [{"type": "api_key", "config": {"users": {"key-of-alice": "alice"}}}]""";

    [Theory]
    [InlineData("X-Api-Key: key-of-alice\r\n", 200)]
    [InlineData("X-Api-Key: key-of-alic\r\n", 401)]
    [InlineData("", 401)]
    public void A_request_needs_a_key(string headers, int status)
    {
        using FilterWorld world = new(new ProxyWorld(ProxyWorld.Http(Listener), extensions: WithExample()));
        Assert.StartsWith($"HTTP/1.1 {status} ", world.Get(headers));
        Assert.Equal(status == 200, world.Seen.Contains("\r\nx-user: alice\r\n", StringComparison.Ordinal));
        Assert.DoesNotContain("key-of", world.Seen);
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void A_route_may_have_keys_of_its_own()
    {
        string config = ProxyWorld.Http(Listener).Replace(
            "\"domains\":",
            "\"per_filter_config\": {\"api_key\": {\"users\": {\"k\": \"root\"}}}, \"domains\":",
            StringComparison.Ordinal);
        using FilterWorld world = new(new ProxyWorld(config, extensions: WithExample()));
        Assert.StartsWith("HTTP/1.1 401 ", world.Get("X-Api-Key: key-of-alice\r\n"));
        Assert.StartsWith("HTTP/1.1 200 ", world.Get("X-Api-Key: k\r\n"));
    }

    [Fact]
    public void Settings_of_no_use_are_told_at_the_start()
    {
        StartException error = Assert.Throws<StartException>(() => new ProxyWorld(
            ProxyWorld.Http(""", "stream_filters": [{"type": "api_key", "config": {}}]"""), extensions: WithExample()));
        Assert.Equal(
            "listener 'in', stream filter 'api_key': api_key: 'users' is missing; expected an object of keys and names",
            error.Message);
    }

    [Fact]
    public async Task The_check_knows_a_filter_that_was_added_and_no_other()
    {
        using CliRun run = new();
        string good = Path.Combine(Folder(), "mosn.json");
        string bad = run.Write("bad.json", ProxyWorld.Http(Listener.Replace("api_key", "api_kei", StringComparison.Ordinal)));
        Assert.Equal(1, await run.RunAsync("check", "-c", good));
        using StringWriter output = new();
        CliContext context = new(output, output, _ => null, TimeProvider.System, "/proc") { Extensions = WithExample() };
        Assert.Equal(0, await CommandLine.RunAsync(["check", "--strict", "-c", good], context));
        Assert.Contains("no errors, no warnings", output.ToString());
        Assert.Equal(1, await CommandLine.RunAsync(["check", "-c", bad], context));
        Assert.Contains("unknown stream filter", output.ToString());
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../examples/stream-filter"));

    private static Extensions WithExample()
    {
        Extensions extensions = Extensions.BuiltIn();
        extensions.StreamFilters.Add(ApiKeyFilter.Type, ApiKeyFilter.Build, ApiKeySettings.OfRoute);
        return extensions;
    }
}
