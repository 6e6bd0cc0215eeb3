using Mosn.Proxy.Admin;
using Mosn.Testing;

namespace Mosn.Tests.Admin;

public sealed class AdminStreamTests
{
    private const string Head = "GET /api/v1/states HTTP/1.1\r\nHost: localhost\r\n\r\n";

    [Fact]
    public void Requests_on_one_connection_are_answered_in_order()
    {
        using AdminWorld world = new();
        MemoryPeer client = world.Connect();
        client.Send(string.Concat(Enumerable.Repeat(Head, 20)));
        world.Network.RunUntilIdle();
        Assert.Equal(20, Count(client.ReceivedText, "HTTP/1.1 200 OK\r\n"));
        Assert.Equal(20, Count(client.ReceivedText, "&state=6\n"));
        Assert.False(client.IsOver);
        world.State = 8;
        client.ClearReceived();
        client.Send(Head);
        world.Network.RunUntilIdle();
        Assert.EndsWith("&state=8\n", client.ReceivedText, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_connections_at_once_in_any_weather_get_their_whole_answers()
    {
        const int Length = 20_000;
        const string Three = $"{Head}GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n{Head}";
        using AdminWorld calm = new(more: new LargeEndpoint(Length));
        MemoryPeer model = calm.Connect();
        model.Send(Three);
        calm.Network.RunUntilIdle();
        Assert.Equal(Length, Count(model.ReceivedText, "#"));

        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        using AdminWorld world = new(new SeededWeather(seed), new LargeEndpoint(Length));
        MemoryPeer[] clients = [.. Enumerable.Range(0, 10).Select(_ => world.Connect())];
        Array.ForEach(clients, client => client.Send(Three));
        Assert.True(
            world.Network.AdvanceUntil(
                () => clients.All(client => client.ReceivedTotal >= model.ReceivedTotal), 600_000),
            $"seed {seed}");
        string expected = WithoutDate(model.ReceivedText);
        Assert.All(clients, client => Assert.Equal(expected, WithoutDate(client.ReceivedText)));
        Array.ForEach(clients, client => client.Close());
    }

    [Fact]
    public void A_large_answer_waits_for_a_slow_client_outside_of_the_output()
    {
        using AdminWorld world = new(more: new LargeEndpoint(5_000_000));
        MemoryPeer client = world.Connect();
        client.PauseReading();
        client.Send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
        world.Network.RunUntilIdle();
        // What the loop holds in chunks is bounded, whatever the answer's size.
        Assert.InRange(world.Network.RentedChunks, 1, 10);
        client.ResumeReading();
        world.Network.RunUntilIdle();
        Assert.Equal(5_000_000, Count(client.ReceivedText, "#"));
        client.Close();
    }

    [Fact]
    public void A_client_that_leaves_in_the_middle_takes_nothing_along()
    {
        using AdminWorld world = new(more: new LargeEndpoint(5_000_000));
        MemoryPeer client = world.Connect();
        client.PauseReading();
        client.Send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
        world.Network.RunUntilIdle();
        client.Reset();
        world.Network.RunUntilIdle();
        Assert.Equal((0, 0), (world.Network.OpenTransports, world.Network.RentedChunks));

        MemoryPeer sender = world.Connect();
        sender.Send("POST /api/v1/enable_log HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
        world.Network.RunUntilIdle();
        sender.Reset();
        world.Network.RunUntilIdle();
        Assert.Equal((0, 0), (world.Network.OpenTransports, world.Network.RentedChunks));
    }

    [Fact]
    public void A_body_of_the_largest_size_is_taken_and_one_byte_more_is_not()
    {
        using AdminWorld world = new();
        Assert.Equal(400, world.Post("/api/v1/enable_log", new string('x', AdminStream.BodyBytesMax)).Status);
        Assert.Equal(413, world.Post("/api/v1/enable_log", new string('x', AdminStream.BodyBytesMax + 1)).Status);
    }

    [Fact]
    public void A_body_of_unknown_length_has_the_same_bound()
    {
        using AdminWorld world = new();
        Assert.Equal(400, Chunked(world, AdminStream.BodyBytesMax));
        Assert.Equal(413, Chunked(world, AdminStream.BodyBytesMax + 1));
    }

    [Fact]
    public void A_body_may_come_byte_by_byte_but_not_for_ever()
    {
        using AdminWorld world = new();
        MemoryPeer client = world.Connect();
        client.Send("POST /api/v1/disable_log HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n");
        foreach (byte b in "/nobody.x"u8)
        {
            client.Send([b]);
            world.Network.Advance(1_000);
        }
        Assert.StartsWith("HTTP/1.1 400 ", client.ReceivedText, StringComparison.Ordinal);

        client.ClearReceived();
        client.Send("POST /api/v1/disable_log HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90\r\n\r\n");
        for (int i = 0; i < 11; i++)
        {
            client.Send("x");
            world.Network.Advance(1_000);
        }
        Assert.StartsWith("HTTP/1.1 408 ", client.ReceivedText, StringComparison.Ordinal);
        client.Close();
    }

    [Fact]
    public void Who_waits_for_a_go_ahead_gets_it_only_if_the_body_is_wanted()
    {
        using AdminWorld world = new();
        const string Expect = "Host: localhost\r\nContent-Length: 7\r\nExpect: 100-continue\r\n\r\n";
        MemoryPeer client = world.Connect();
        client.Send($"POST /api/v1/enable_log HTTP/1.1\r\n{Expect}");
        world.Network.RunUntilIdle();
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", client.ReceivedText);
        client.Send("/nobody");
        world.Network.RunUntilIdle();
        Assert.Contains("HTTP/1.1 400 ", client.ReceivedText, StringComparison.Ordinal);

        client.ClearReceived();
        client.Send($"POST /api/v1/states HTTP/1.1\r\n{Expect}");
        world.Network.RunUntilIdle();
        Assert.StartsWith("HTTP/1.1 405 ", client.ReceivedText, StringComparison.Ordinal);
        Assert.True(client.IsOver);
        client.Close();
    }

    [Theory]
    [InlineData("127.0.0.1:34901", "", 400)]
    [InlineData("[::1]:34901", "", 400)]
    [InlineData("10.1.2.3", "", 400)]
    [InlineData("LOCALHOST:34901", "", 400)]
    [InlineData("Admin.Example", "", 400)]
    [InlineData("localhost:34901", "Origin: http://localhost:34901\r\n", 400)]
    [InlineData("evil.example", "", 403)]
    [InlineData("evil.example:34901", "", 403)]
    [InlineData("127.0.0.1.evil.example", "", 403)]
    [InlineData("localhost.evil.example", "", 403)]
    [InlineData("localhost:34901", "Origin: http://evil.example\r\n", 403)]
    [InlineData("localhost:34901", "Origin: null\r\n", 403)]
    [InlineData("localhost:34901", "Sec-Fetch-Site: cross-site\r\n", 403)]
    [InlineData("localhost:34901", "Sec-Fetch-Site: same-site\r\n", 403)]
    [InlineData("localhost:34901", "Sec-Fetch-Site: same-origin\r\n", 400)]
    [InlineData("localhost:34901", "Sec-Fetch-Site: none\r\n", 400)]
    public void Another_site_cannot_change_anything_through_a_browser(string host, string more, int status)
    {
        using AdminWorld world = new();
        Assert.Equal(status, world.Send("POST", "/api/v1/disable_log", "/nobody", host, more).Status);
        Assert.Equal(200, world.Send("GET", "/api/v1/states", "", host, more).Status);
    }

    [Fact]
    public void A_bug_in_an_endpoint_is_told_and_answered_with_500()
    {
        using AdminWorld world = new(more: new BrokenEndpoint());
        MemoryPeer client = world.Connect();
        client.Send("GET /broken HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Throws<InvalidOperationException>(world.Network.RunUntilIdle);
        world.Network.RunUntilIdle();
        Assert.StartsWith("HTTP/1.1 500 ", client.ReceivedText, StringComparison.Ordinal);
        Assert.EndsWith("{\n\t\"error\": \"internal error\"\n}\n", client.ReceivedText, StringComparison.Ordinal);
        Assert.False(client.IsOver);
        client.Close();
    }

    [Fact]
    public void What_is_not_http_is_refused()
    {
        using AdminWorld world = new();
        MemoryPeer client = world.Connect();
        client.Send("\u0016\u0003\u0001\r\n\r\n");
        world.Network.RunUntilIdle();
        Assert.StartsWith("HTTP/1.1 400 ", client.ReceivedText, StringComparison.Ordinal);
        client.Close();
    }

    private static int Chunked(AdminWorld world, int length)
    {
        MemoryPeer client = world.Connect();
        client.Send("POST /api/v1/enable_log HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.Send($"{length:x}\r\n{new string('x', length)}\r\n0\r\n\r\n");
        world.Network.RunUntilIdle();
        AdminReply reply = new(client.ReceivedText);
        client.Close();
        return reply.Status;
    }

    private static string WithoutDate(string text) =>
        string.Join('\n', text.Split('\n').Where(line => !line.StartsWith("date:", StringComparison.Ordinal)));

    private static int Count(string text, string part) => text.AsSpan().Count(part);

    private sealed class LargeEndpoint(int length) : IAdminEndpoint
    {
        public string Path => "/large";

        public AdminMethods Methods => AdminMethods.Get;

        public void Handle(AdminRequest request, AdminResponse response) => response.Write(new string('#', length));
    }

    private sealed class BrokenEndpoint : IAdminEndpoint
    {
        public string Path => "/broken";

        public AdminMethods Methods => AdminMethods.Get;

        public void Handle(AdminRequest request, AdminResponse response)
        {
            response.Write("half");
            throw new InvalidOperationException("a bug");
        }
    }
}
