using Mosn.Testing;

namespace Mosn.Tests.Filters;

/// <summary>Two proxies, one of which makes calls of requests and the other requests of calls.</summary>
public sealed class TranscodingChainTests
{
    [Theory]
    [InlineData(
        "GET /a/b%20c/d?q=1&r=%2F HTTP/1.1\r\nHost: h.test:81\r\nCookie: a=b; c=d\r\nX-One: 1\r\nX-One: 2\r\n\r\n", "")]
    [InlineData("PUT /a? HTTP/1.1\r\nHost: h\r\nSOFA-TraceId: t\r\nContent-Length: 4\r\n\r\nbody", "Content-Length: 4")]
    [InlineData("DELETE /x/y HTTP/1.1\r\nHost: h\r\n\r\n", "Content-Length: 0")]
    public void A_request_arrives_as_it_was_sent(string request, string length)
    {
        using TranscodingWorld near = new("Http1", "bolt");
        using TranscodingWorld far = new("bolt", "Http1");
        near.Send(request);
        far.Send(near.Host.Received.ToArray());
        string head = request[..request.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        string[] expected = [.. head.Split("\r\n").Where(static line => !line.StartsWith("Content-Length", StringComparison.Ordinal))];
        string[] seen = far.Host.ReceivedText.Split("\r\n\r\n");
        Assert.Equal(expected[0], seen[0].Split("\r\n")[0]);
        Assert.All(expected, line => Assert.Contains(line, seen[0].Split("\r\n")));
        Assert.All(
            seen[0].Split("\r\n"),
            line => Assert.True(
                expected.Contains(line) || line == length || line == "Content-Type: application/octet-stream"
                || line is "service: x" or "sofa_head_method_name: y", line));
        Assert.Equal(request.Split("\r\n\r\n")[1], seen[1]);

        byte[] answer = far.Answer("HTTP/1.1 200 OK\r\nX-Two: 2\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 2\r\n\r\nhi");
        Assert.Equal(
            "HTTP/1.1 200 OK\r\nX-Two: 2\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Type: application/octet-stream\r\n"
            + "Content-Length: 2\r\n\r\nhi",
            near.Answer(answer));
        near.AssertNothingIsLeft();
        far.AssertNothingIsLeft();
    }
}
