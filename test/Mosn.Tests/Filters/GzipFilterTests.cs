using System.Text;
using Mosn.Proxy.Filters;

namespace Mosn.Tests.Filters;

public sealed class GzipFilterTests
{
    private const string All =
        """
        {"type": "gzip", "config": {"encodings": ["zstd", "br", "gzip"],
          "content_types": ["text/html", "text/event-stream"]}}
        """;

    private static readonly byte[] s_page = Coded.Page(new Random(1), 100_000);

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    public void A_response_is_compressed_as_the_client_likes(string coding)
    {
        using FilterWorld world = new(All) { Answer = Page("ETag: \"abc\"\r\nAccept-Ranges: bytes\r\n") };
        string answer = world.Get($"Accept-Encoding: {coding}\r\n");
        Assert.Contains($"\r\nContent-Encoding: {coding}\r\n", answer);
        Assert.Contains("\r\nVary: Accept-Encoding\r\n", answer);
        Assert.Contains("\r\nETag: W/\"abc\"\r\n", answer);
        Assert.DoesNotContain("Content-Length", answer);
        Assert.DoesNotContain("Accept-Ranges", answer);
        byte[] body = Coded.Unchunk(answer);
        Assert.InRange(body.Length, 1, s_page.Length / 2);
        Assert.Equal(s_page, Coded.Decode(coding, body));
        Assert.Equal(1, world.Count(FilterMetrics.Compress, FilterMetrics.CodingDone));
        Assert.Equal(s_page.Length, world.Count(FilterMetrics.Compress, FilterMetrics.CodingBytesIn));
        Assert.Equal(body.Length, world.Count(FilterMetrics.Compress, FilterMetrics.CodingBytesOut));
        Assert.Empty(world.Leaks());
    }

    [Theory]
    [InlineData("text/html; charset=utf-8", true)]
    [InlineData("TEXT/HTML", true)]
    [InlineData("text/htmlx", false)]
    [InlineData("application/json", false)]
    public void Only_listed_content_types_are_compressed_whatever_their_parameters(string type, bool compressed)
    {
        using FilterWorld world = new("""{"type": "gzip", "config": {}}""") { Answer = Page(type: type) };
        string answer = world.Get("Accept-Encoding: gzip, deflate, br\r\n");
        Assert.Equal(compressed, answer.Contains("Content-Encoding: gzip", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET", "200 OK", "Content-Encoding: br\r\n")]
    [InlineData("GET", "200 OK", "Cache-Control: public, No-Transform\r\n")]
    [InlineData("GET", "206 Partial Content", "Content-Range: bytes 0-99999/200000\r\n")]
    [InlineData("HEAD", "200 OK", "")]
    public void What_must_stay_as_it_is_stays_so(string method, string status, string headers)
    {
        using FilterWorld world = new(All) { Answer = Page(headers, status: status, hasBody: method != "HEAD") };
        string answer = world.Send($"{method} / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
        Assert.Contains("\r\nContent-Length: 100000\r\n", answer);
        Assert.DoesNotContain("Content-Encoding: gzip", answer);
    }

    [Theory]
    [InlineData(100_001, false)]
    [InlineData(100_000, true)]
    public void Short_responses_may_be_left_alone(int lengthMin, bool compressed)
    {
        using FilterWorld world = new($$"""{"type": "gzip", "config": {"content_length": {{lengthMin}} } }""") { Answer = Page() };
        Assert.Equal(compressed, world.Get("Accept-Encoding: gzip\r\n").Contains("Content-Encoding", StringComparison.Ordinal));
    }

    [Fact]
    public void A_client_that_takes_no_coding_gets_the_page_and_caches_are_told()
    {
        using FilterWorld world = new(All) { Answer = Page() };
        foreach (string headers in (string[])["", "Accept-Encoding: identity\r\n"])
        {
            string answer = world.Get(headers);
            Assert.EndsWith(Encoding.Latin1.GetString(s_page), answer);
            Assert.Contains("\r\nVary: Accept-Encoding\r\n", answer);
        }
    }

    [Fact]
    public void An_event_goes_on_at_once()
    {
        using FilterWorld world = new(All) { Answer = null };
        foreach (string coding in (string[])["gzip", "br", "zstd"])
        {
            world.Get($"Accept-Encoding: {coding}\r\n");
            world.Host.Send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            world.World.Run();
            int before = world.Client.Received.Length;
            for (int i = 1; i <= 3; i++)
            {
                world.Host.Send("9\r\ndata: 1\n\n\r\n");
                world.World.Run();
                Assert.True(world.Client.Received.Length > before, $"{coding}: event {i} is held back");
                before = world.Client.Received.Length;
            }
            world.Host.Send("0\r\n\r\n");
            world.World.Run();
            byte[] body = Coded.Unchunk(world.Client.ReceivedText);
            Assert.Equal("data: 1\n\ndata: 1\n\ndata: 1\n\n", Encoding.ASCII.GetString(Coded.Decode(coding, body)));
            world.Client.ClearReceived();
            world.Host.ClearReceived();
        }
    }

    [Fact]
    public void Beyond_the_bound_responses_go_as_they_are()
    {
        using FilterWorld world = new("""{"type": "gzip", "config": {"max_streams": 1}}""") { Answer = null };
        const string Head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n";
        world.Get("Accept-Encoding: gzip\r\n");
        world.Host.Send(Head);
        world.World.Run();
        Mosn.Testing.MemoryPeer second = world.World.Client();
        second.Send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
        world.World.Run();
        world.Host.Send(Head);
        world.World.Run();
        Assert.Contains("Content-Encoding", world.Client.ReceivedText);
        Assert.DoesNotContain("Content-Encoding", second.ReceivedText);
        Assert.Equal(1, world.Count(FilterMetrics.Compress, FilterMetrics.CodingSkipped));
        second.Close();
        Assert.Empty(world.Leaks()); // In the middle of a response: the coder goes back, too.
        Assert.Equal(1, world.Count(FilterMetrics.Compress, FilterMetrics.CodingFailed));
    }

    [Fact]
    public void A_coder_goes_back_when_its_response_is_over_or_broken()
    {
        using FilterWorld world = new("""{"type": "gzip", "config": {"max_streams": 1}}""") { Answer = Page() };
        for (int i = 0; i < 3; i++)
        {
            Assert.Contains("Content-Encoding: gzip", world.Get("Accept-Encoding: gzip\r\n"));
        }
        world.Answer = null;
        world.Get("Accept-Encoding: gzip\r\n");
        world.Host.Send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\nabc");
        world.World.Run();
        world.Host.Reset();
        world.World.Run();
        Assert.True(world.Client.WasReset);
        Mosn.Testing.MemoryPeer next = world.World.Client();
        next.Send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
        world.World.Run();
        world.Host.Send(Page());
        world.World.Run();
        Assert.Contains("Content-Encoding: gzip", next.ReceivedText);
    }

    [Fact]
    public void A_route_may_have_settings_of_its_own()
    {
        using FilterWorld off = new(All, ofHost: "\"gzip\": {\"encodings\": []}") { Answer = Page() };
        Assert.DoesNotContain("Content-Encoding", off.Get("Accept-Encoding: gzip\r\n"));
        Assert.DoesNotContain("Vary", off.Get());
    }

    [Fact]
    public void A_client_that_does_not_read_stops_the_upstream()
    {
        using FilterWorld world = new(All) { Answer = null };
        byte[] noise = new byte[4_000_000];
        new Random(1).NextBytes(noise);
        world.Client.PauseReading();
        world.Get("Accept-Encoding: gzip\r\n");
        world.Host.Send($"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {noise.Length}\r\n\r\n");
        world.Host.Send(noise);
        world.World.Run();
        Assert.InRange(world.Host.UnsentLength, 1_000_000, noise.Length);
        world.Client.ResumeReading();
        world.World.Run();
        Assert.Equal(noise, Coded.Decode("gzip", Coded.Unchunk(world.Client.ReceivedText)));
        Assert.Empty(world.Leaks());
    }

    private static string Page(
        string headers = "", string type = "text/html", string status = "200 OK", bool hasBody = true) =>
        $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {s_page.Length}\r\n{headers}\r\n"
        + (hasBody ? Encoding.Latin1.GetString(s_page) : "");
}
