using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>HTTP/1 messages of every shape, through mosn to Node.</summary>
public class HttpMessageTests(HttpWorld world) : IClassFixture<HttpWorld>
{
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("PROPFIND")]
    public async Task Curl_reaches_the_application_with_any_method_and_a_body(string method)
    {
        (int code, string output, string errors) = await PeerProcess.RunAsync(
            "curl", "-sS", "-X", method, "-d", "a=1&b=2", world.Mosn.UrlOf("web", "/inspect?q=%20x"));

        Assert.True(code == 0, errors);
        JsonElement seen = JsonDocument.Parse(output).RootElement;
        Assert.Equal(method, seen.GetProperty("method").GetString());
        Assert.Equal("/inspect?q=%20x", seen.GetProperty("url").GetString());
        Assert.Equal(7, seen.GetProperty("body").GetProperty("length").GetInt32());
    }

    [Fact]
    public async Task Curl_gets_the_head_alone_for_HEAD()
    {
        (int code, string output, _) = await PeerProcess.RunAsync(
            "curl", "-sS", "--head", world.Mosn.UrlOf("web", "/download?bytes=1234"));

        Assert.Equal(0, code);
        Assert.StartsWith("HTTP/1.1 200 OK\n", output, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 1234\n", output, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("HEAD", "/download?bytes=5", 200)]
    [InlineData("GET", "/204", 204)]
    [InlineData("GET", "/304", 304)]
    public async Task Responses_without_body_leave_the_connection_usable(string method, string path, int status)
    {
        using RawConnection client = await RawConnection.OpenAsync(world.Port);
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync($"{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.Equal(status, (await client.ReadResponseAsync(isHead: true)).Status);
        }
        await client.SendAsync("GET /name HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal("node", (await client.ReadResponseAsync()).Body);
    }

    [Fact]
    public async Task Chunks_and_trailers_pass_in_both_directions()
    {
        JsonElement seen = Json(await world.SendAsync(
            "POST /inspect HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
            + "3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nX-Sum: 19\r\n\r\n"));
        Assert.Equal(19, seen.GetProperty("body").GetProperty("length").GetInt32());
        Assert.Equal(["X-Sum", "19"], Strings(seen, "trailers"));

        RawResponse response = await world.SendAsync(
            "GET /trailers HTTP/1.1\r\nHost: x\r\nTE: trailers\r\n\r\n");
        Assert.Equal("one two", response.Body);
        Assert.Equal("X-Sum: 7\r\n", response.Trailers);
    }

    [Fact]
    public async Task A_request_that_expects_100_gets_it_from_the_application_before_it_sends_its_body()
    {
        using RawConnection client = await RawConnection.OpenAsync(world.Port);
        await client.SendAsync("PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal(100, (await client.ReadResponseAsync()).Status);
        await client.SendAsync("hello");
        Assert.Equal("hello", (await client.ReadResponseAsync()).Body);
    }

    [Fact]
    public async Task A_refused_expectation_is_the_final_answer_and_the_body_is_not_waited_for()
    {
        using RawConnection client = await RawConnection.OpenAsync(world.Port);
        await client.SendAsync(
            "PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nX-Refuse: 1\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal(417, (await client.ReadResponseAsync()).Status);
        Assert.Equal(Ending.Closed, await client.WaitForEndAsync());
    }

    [Fact]
    public async Task Early_hints_come_before_the_answer()
    {
        using RawConnection client = await RawConnection.OpenAsync(world.Port);
        await client.SendAsync("GET /hints HTTP/1.1\r\nHost: x\r\n\r\n");
        RawResponse hints = await client.ReadResponseAsync();
        Assert.Equal(103, hints.Status);
        Assert.Equal("</style.css>; rel=preload", hints.Header("link"));
        Assert.Equal("late", (await client.ReadResponseAsync()).Body);
    }

    [Fact]
    public async Task Requests_that_follow_each_other_share_one_upstream_connection()
    {
        using RawConnection client = await RawConnection.OpenAsync(world.Port);
        string[] counts = new string[50];
        for (int i = 0; i < counts.Length; i++)
        {
            await client.SendAsync("GET /connections HTTP/1.1\r\nHost: x\r\n\r\n");
            counts[i] = (await client.ReadResponseAsync()).Body;
        }
        Assert.Single(counts.Distinct());
    }

    [Fact]
    public async Task Pipelined_requests_are_answered_in_their_order()
    {
        using RawConnection client = await RawConnection.OpenAsync(world.Port);
        await client.SendAsync(string.Concat(Enumerable.Range(0, 40).Select(
            i => $"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{i:00}")));
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal($"{i:00}", (await client.ReadResponseAsync()).Body);
        }
    }

    [Fact]
    public async Task An_HTTP_1_0_client_gets_no_chunks_and_the_end_of_the_connection()
    {
        using RawConnection client = await RawConnection.OpenAsync(world.Port);
        await client.SendAsync("GET /trailers HTTP/1.0\r\nHost: x\r\n\r\n");
        string all = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", all, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\none two", all, StringComparison.Ordinal);
        Assert.DoesNotContain("chunked", all, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_HTTP_1_0_client_may_ask_to_keep_the_connection()
    {
        using RawConnection client = await RawConnection.OpenAsync(world.Port);
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync("GET /download?bytes=3 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            RawResponse response = await client.ReadResponseAsync();
            Assert.Equal(3, response.Body.Length);
            Assert.Equal("keep-alive", response.Header("Connection"), ignoreCase: true);
        }
    }

    [Fact]
    public async Task Header_names_keep_their_case_and_their_order()
    {
        RawResponse response = await world.SendAsync(
            "GET /inspect HTTP/1.1\r\nhOsT: x\r\nX-MiXeD-cAsE: One\r\nx-second: 2\r\nX-MiXeD-cAsE: Two\r\n\r\n");
        string[] headers = [.. Strings(Json(response), "headers")];
        Assert.Equal(
            ["hOsT", "x", "X-MiXeD-cAsE", "One", "x-second", "2", "X-MiXeD-cAsE", "Two"], headers.Take(8));
        Assert.True(response.Has("X-Served-By: node"));
    }

    [Fact]
    public async Task Headers_between_two_hops_stay_there()
    {
        string[] headers =
        [
            .. Strings(Json(await world.SendAsync(
                "GET /inspect HTTP/1.1\r\nHost: x\r\nConnection: X-One, keep-alive\r\nX-One: 1\r\nX-Two: 2\r\n"
                + "Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nUpgrade: h2c\r\n\r\n")), "headers"),
        ];
        Assert.Contains("X-Two", headers);
        Assert.DoesNotContain("X-One", headers);
        Assert.DoesNotContain("Keep-Alive", headers);
        Assert.DoesNotContain("Proxy-Connection", headers);
        Assert.DoesNotContain("Upgrade", headers);

        RawResponse response = await world.SendAsync("GET /hops HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal("yes", response.Header("X-Kept"));
        Assert.Null(response.Header("X-Hop"));
    }

    [Fact]
    public async Task A_request_for_a_whole_URL_is_sent_on_as_a_path()
    {
        JsonElement seen = Json(await world.SendAsync("GET http://other/inspect?a HTTP/1.1\r\nHost: x\r\n\r\n"));
        Assert.Equal("/inspect?a", seen.GetProperty("url").GetString());
        string[] headers = [.. Strings(seen, "headers")];
        Assert.Equal("other", headers[Array.FindIndex(headers, h => h == "Host") + 1]);
    }

    [Fact]
    public async Task A_client_that_closes_is_told_that_the_connection_closes()
    {
        using RawConnection client = await RawConnection.OpenAsync(world.Port);
        await client.SendAsync("GET /name HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        Assert.Equal("close", (await client.ReadResponseAsync()).Header("Connection"));
        Assert.Equal(Ending.Closed, await client.WaitForEndAsync());
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_ends_the_exchange_upstream()
    {
        int before = await world.AskAsync("/active");
        using (RawConnection client = await RawConnection.OpenAsync(world.Port))
        {
            await client.SendAsync("GET /hang HTTP/1.1\r\nHost: x\r\n\r\n");
            await Wait.UntilAsync(async () => await world.AskAsync("/active") > before, () => "it never arrived");
        }
        await Wait.UntilAsync(async () => await world.AskAsync("/active") == before, () => "it is still there");
    }

    private static JsonElement Json(RawResponse response) => JsonDocument.Parse(response.Body).RootElement;

    private static IEnumerable<string> Strings(JsonElement from, string name) =>
        from.GetProperty(name).EnumerateArray().Select(static item => item.GetString()!);
}
