using Mosn.Proxy.Filters;

namespace Mosn.Tests.Filters;

public sealed class CorsFilterTests
{
    private const string Filter =
        """
        {"type": "cors", "config": {
          "allow_origins": [{"exact": "https://a.example"}, {"suffix": ".b.example"}, {"regex": "https://c[0-9]+\\.example"}],
          "allow_methods": ["GET", "PUT"], "allow_headers": ["X-Token"], "expose_headers": ["X-Count"],
          "max_age": "10m", "allow_credentials": true}}
        """;

    [Fact]
    public void A_preflight_is_answered_here()
    {
        using FilterWorld world = new(Filter);
        string answer = world.Send(
            "OPTIONS /x HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: PUT\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 204 ", answer);
        Assert.Contains("\r\nAccess-Control-Allow-Origin: https://a.example\r\n", answer);
        Assert.Contains("\r\nAccess-Control-Allow-Methods: GET, PUT\r\n", answer);
        Assert.Contains("\r\nAccess-Control-Allow-Headers: X-Token\r\n", answer);
        Assert.Contains("\r\nAccess-Control-Max-Age: 600\r\n", answer);
        Assert.Contains("\r\nAccess-Control-Allow-Credentials: true\r\n", answer);
        Assert.DoesNotContain("Expose", answer);
        Assert.Contains("\r\nVary: Origin\r\n", answer);
        Assert.Empty(world.Seen);
        Assert.Equal(1, world.Count(FilterMetrics.Cors, FilterMetrics.CorsAllowed));
    }

    [Theory]
    [InlineData("https://a.example", true)]
    [InlineData("https://x.b.example", true)]
    [InlineData("https://c12.example", true)]
    [InlineData("http://a.example", false)]
    [InlineData("https://c12.example.evil", false)]
    [InlineData("https://evil/https://c1.example", false)]
    [InlineData("null", false)]
    public void Only_allowed_origins_may_read_a_response(string origin, bool allowed)
    {
        using FilterWorld world = new(Filter);
        string answer = world.Get($"Origin: {origin}\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", answer);
        Assert.Equal(allowed, answer.Contains($"\r\nAccess-Control-Allow-Origin: {origin}\r\n", StringComparison.Ordinal));
        Assert.Equal(allowed, answer.Contains("\r\nAccess-Control-Expose-Headers: X-Count\r\n", StringComparison.Ordinal));
        Assert.Contains("\r\nVary: Origin\r\n", answer);
    }

    [Theory]
    [InlineData("https://d.example", true)]
    [InlineData("https://d.example.evil", false)]
    public void A_pattern_may_end_in_a_comment_of_its_own(string origin, bool allowed)
    {
        using FilterWorld world = new(
            """{"type": "cors", "config": {"allow_origins": [{"regex": "(?x) https://d\\.example # ours"}]}}""");
        string answer = world.Get($"Origin: {origin}\r\n");
        Assert.Equal(allowed, answer.Contains("Access-Control-Allow-Origin", StringComparison.Ordinal));
    }

    [Fact]
    public void A_preflight_of_another_origin_goes_to_the_upstream()
    {
        using FilterWorld world = new(Filter);
        string answer = world.Send(
            "OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: https://evil\r\nAccess-Control-Request-Method: PUT\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", answer);
        Assert.DoesNotContain("Access-Control-", answer);
        Assert.StartsWith("OPTIONS ", world.Seen);
    }

    [Fact]
    public void A_response_for_every_origin_is_the_same_for_all()
    {
        using FilterWorld world = new("""{"type": "cors", "config": {"allow_origins": [{"exact": "*"}]}}""");
        string answer = world.Get("Origin: https://any\r\n");
        Assert.Contains("\r\nAccess-Control-Allow-Origin: *\r\n", answer);
        Assert.DoesNotContain("Vary", answer);
    }

    [Fact]
    public void A_route_may_have_rules_of_its_own()
    {
        using FilterWorld world = new(Filter, ofHost: "\"cors\": {\"allow_origins\": [{\"exact\": \"https://r\"}]}");
        Assert.Contains("Access-Control-Allow-Origin: https://r\r\n", world.Get("Origin: https://r\r\n"));
        Assert.DoesNotContain("Access-Control", world.Get("Origin: https://a.example\r\n"));
    }

    [Theory]
    [InlineData("Accept", "Vary: Accept\r\nVary: Origin\r\n")]
    [InlineData("accept , ORIGIN", "Vary: accept , ORIGIN\r\n")]
    [InlineData("*", "Vary: *\r\n")]
    public void Vary_is_added_once(string before, string after)
    {
        using FilterWorld world = new(Filter);
        world.Answer = $"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nVary: {before}\r\n\r\n";
        string answer = world.Get();
        Assert.Equal(after, string.Concat(answer.Split('\n').Where(line => line.StartsWith("Vary")).Select(line => line + "\n")));
    }

    [Fact]
    public void What_the_upstream_says_about_origins_is_replaced()
    {
        using FilterWorld world = new(Filter);
        world.Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: https://old\r\n\r\n";
        Assert.DoesNotContain("https://old", world.Get("Origin: https://a.example\r\n"));
    }

    [Fact]
    public void An_upstream_lets_in_nobody_whom_the_filter_does_not()
    {
        using FilterWorld world = new("""{"type": "cors", "config": {"allow_origins": [{"exact": "https://a"}]}}""");
        world.Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nAccess-Control-Allow-Origin: *\r\n"
            + "Access-Control-Allow-Credentials: true\r\nAccess-Control-Expose-Headers: X-Secret\r\n\r\n";
        Assert.DoesNotContain("Access-Control-", world.Get("Origin: https://evil\r\n"));
        Assert.DoesNotContain("Access-Control-", world.Get());
        string allowed = world.Get("Origin: https://a\r\n");
        Assert.Contains("\r\nAccess-Control-Allow-Origin: https://a\r\n", allowed);
        Assert.DoesNotContain("Credentials", allowed);
        Assert.DoesNotContain("X-Secret", allowed);
    }
}
