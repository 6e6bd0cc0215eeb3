using System.Text;
using Mosn.Proxy.Filters;

namespace Mosn.Tests.Filters;

public sealed class DecompressFilterTests
{
    private const string Request = """{"type": "decompress_request", "config": {}}""";
    private const string Response = """{"type": "decompress_response", "config": {}}""";

    private static readonly byte[] s_page = Coded.Page(new Random(1), 50_000);

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    public void The_upstream_gets_the_plain_body(string coding)
    {
        using FilterWorld world = new(Request) { Answer = null };
        world.Send(Post(coding, Coded.Encode(coding, s_page)));
        Assert.DoesNotContain("Content-Encoding", world.Seen);
        Assert.DoesNotContain("Content-Length", world.Seen);
        Assert.Equal(s_page, Coded.Unchunk(world.Seen));
        world.Host.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        world.World.Run();
        Assert.StartsWith("HTTP/1.1 200 ", world.Client.ReceivedText);
        Assert.Equal(1, world.Count(FilterMetrics.DecompressRequest, FilterMetrics.CodingDone));
        Assert.Empty(world.Leaks());
    }

    [Theory]
    [InlineData("deflate")]
    [InlineData("gzip, br")]
    [InlineData("identity")]
    public void A_body_in_another_coding_passes_as_it_is(string coding)
    {
        using FilterWorld world = new(Request) { Answer = null };
        world.Send(Post(coding, "12345"u8.ToArray()));
        Assert.Contains($"\r\nContent-Encoding: {coding}\r\n", world.Seen);
        Assert.EndsWith("\r\n\r\n12345", world.Seen);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    public void A_body_that_becomes_too_large_is_refused(string coding)
    {
        using FilterWorld world = new("""{"type": "decompress_request", "config": {"max_bytes": "1MB"}}""") { Answer = null };
        string answer = world.Send(Post(coding, Coded.Encode(coding, new byte[50_000_000])));
        Assert.StartsWith("HTTP/1.1 413 ", answer);
        Assert.Equal(1, world.Count(FilterMetrics.DecompressRequest, FilterMetrics.CodingFailed));
        Assert.InRange(world.Count(FilterMetrics.DecompressRequest, FilterMetrics.CodingBytesOut), 0, 1_200_000);
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void A_body_that_grows_too_much_for_what_it_is_is_refused()
    {
        using FilterWorld world = new(Request) { Answer = null };
        Assert.StartsWith("HTTP/1.1 413 ", world.Send(Post("gzip", Coded.Encode("gzip", new byte[10_000_000]))));
        Assert.Empty(world.Leaks());
    }

    [Theory]
    [InlineData("gzip", 10)]
    [InlineData("br", 10)]
    [InlineData("zstd", 10)]
    [InlineData("gzip", 0)]
    public void A_body_that_is_not_what_it_says_is_refused(string coding, int missing)
    {
        using FilterWorld world = new(Request) { Answer = null };
        byte[] body = missing > 0 ? Coded.Encode(coding, s_page)[..^missing] : "not compressed at all"u8.ToArray();
        Assert.StartsWith("HTTP/1.1 400 ", world.Send(Post(coding, body)));
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void Too_many_at_a_time_are_refused()
    {
        using FilterWorld world = new("""{"type": "decompress_request", "config": {"max_streams": 1}}""") { Answer = null };
        world.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 100\r\n\r\n");
        Mosn.Testing.MemoryPeer second = world.World.Client();
        second.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 100\r\n\r\n");
        world.World.Run();
        Assert.StartsWith("HTTP/1.1 503 ", second.ReceivedText);
        second.Close();
        Assert.Empty(world.Leaks());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    public void A_client_that_does_not_take_the_coding_gets_the_plain_body(string coding)
    {
        using FilterWorld world = new(Response) { Answer = Answer(coding, Coded.Encode(coding, s_page)) };
        string answer = world.Get();
        Assert.DoesNotContain("Content-Encoding", answer);
        Assert.Contains("\r\nETag: W/\"1\"\r\n", answer);
        Assert.Contains("\r\nVary: Accept-Encoding\r\n", answer);
        Assert.Equal(s_page, Coded.Unchunk(answer));
        string coded = world.Get($"Accept-Encoding: {coding}\r\n");
        Assert.Contains($"Content-Encoding: {coding}\r\n", coded);
        Assert.Contains("\r\nETag: \"1\"\r\n", coded);
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void A_response_that_is_not_what_it_says_does_not_look_whole()
    {
        using FilterWorld world = new(Response) { Answer = Answer("gzip", Coded.Encode("gzip", s_page)[..^4]) };
        world.Get();
        Assert.True(world.Client.WasReset);
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void What_is_decoded_can_be_encoded_again()
    {
        using FilterWorld world = new(
            $$"""{{Response}}, {"type": "gzip", "config": {"encodings": ["br"], "content_types": ["text/html"]} }""")
        {
            Answer = Answer("gzip", Coded.Encode("gzip", s_page)),
        };
        string answer = world.Get("Accept-Encoding: br\r\n");
        Assert.Contains("\r\nContent-Encoding: br\r\n", answer);
        Assert.Equal(s_page, Coded.Decode("br", Coded.Unchunk(answer)));
        Assert.Empty(world.Leaks());
    }

    private static string Post(string coding, byte[] body) =>
        $"POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: {coding}\r\nContent-Length: {body.Length}\r\n\r\n"
        + Encoding.Latin1.GetString(body);

    private static string Answer(string coding, byte[] body) =>
        $"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"1\"\r\nContent-Encoding: {coding}\r\n"
        + $"Content-Length: {body.Length}\r\n\r\n{Encoding.Latin1.GetString(body)}";
}
