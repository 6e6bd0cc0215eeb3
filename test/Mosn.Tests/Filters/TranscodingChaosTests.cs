using System.Text;
using System.Text.RegularExpressions;
using Mosn.Testing;

namespace Mosn.Tests.Filters;

/// <summary>Whatever fields a peer of Bolt thinks of, the peer of HTTP gets one message or none.</summary>
public sealed partial class TranscodingChaosTests
{
    private static readonly string[] s_names =
    [
        "service", "x-mosn-method", "x-mosn-path", "x-mosn-querystring", "Host", "host", "Content-Length", "content-length",
        "Transfer-Encoding", "Connection", "Upgrade", "TE", "Trailer", "Expect", "Keep-Alive", "Proxy-Connection", "X-A", "x-a",
        "Content-Type", "sofa_head_method_name", "sofa_head_target_service", "rpc_trace_context.sofaTraceId", "SOFA-TraceId",
    ];

    private static readonly string[] s_values =
    [
        "", "0", "5", "-1", "chunked", "a, chunked", "close", "x-a", "keep-alive", "h2c", "100-continue", "GET", "HEAD", "CONNECT",
        "/", "/a", "*", "a", "a:1", "[::1]:80", "a@b", "..", "../..", "a/b", "http://a/", "?", "#", "a?b", "%0d%0a", "a b", "\t", " ",
        "\r\n", "\n", "\0", "a\r\nX-Admin: 1", "\r\n\r\nGET / HTTP/1.1\r\n\r\n", "\u00e9",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_call_is_one_request_or_an_error(int seed)
    {
        Random random = new(seed);
        using TranscodingWorld world = new("bolt", "Http1");
        int sent = 0;
        for (uint id = 1; id <= 1000; id++)
        {
            string content = random.Next(3) == 0 ? "" : "\r\n\r\nbody";
            string what = $"seed {seed}, call {id}";
            world.Client.ClearReceived();
            int hosts = world.HostCount;
            if (hosts > 0)
            {
                world.Host.ClearReceived();
            }
            byte[] error = world.Send(BoltFrames.Request(id, content, fields: Fields(random)));
            bool isSent = world.HostCount > 0 && world.Host.Received.Length > 0;
            Assert.True(isSent == (error.Length == 0), what);
            if (!isSent)
            {
                Assert.Equal(BoltFrames.Response(id, status: 18), error);
                continue;
            }
            sent++;
            string[] lines = AssertMessage(world.Host.ReceivedText, content, what);
            Assert.Matches("^[!-~]+ /[!-~]* HTTP/1\\.1$", lines[0]);
            Assert.Single(lines, static line => line.StartsWith("Host: ", StringComparison.OrdinalIgnoreCase));
            bool isHead = lines[0].StartsWith("HEAD ", StringComparison.Ordinal);
            byte[] answer = world.Answer($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{(isHead ? "" : "ok")}");
            Assert.Equal(BoltFrames.Response(id, isHead ? "" : "ok"), answer);
        }
        Assert.InRange(sent, 200, 800);
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_answer_is_one_response_or_an_error(int seed)
    {
        Random random = new(seed);
        using TranscodingWorld world = new("Http1", "bolt");
        int refused = 0;
        for (uint id = 1; id <= 1000; id++)
        {
            string content = random.Next(3) == 0 ? "" : "\r\n\r\nbody";
            string what = $"seed {seed}, answer {id}";
            world.Client.ClearReceived();
            world.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            byte[] answer = BoltFrames.Response(BoltFrames.IdOf(world.Host.Received), content, 0, Fields(random));
            world.Host.ClearReceived();
            string response = world.Answer(answer);
            bool isRefused = response.StartsWith("HTTP/1.1 502 Bad Gateway\r\n", StringComparison.Ordinal);
            refused += isRefused ? 1 : 0;
            string[] lines = AssertMessage(response, isRefused ? "" : content, what);
            Assert.True(isRefused || lines[0] == "HTTP/1.1 200 OK", what);
        }
        Assert.InRange(refused, 100, 800);
        world.AssertNothingIsLeft();
    }

    /// <summary>Told by hand: what parses it elsewhere may be more lenient than our own parser.</summary>
    private static string[] AssertMessage(string message, string content, string what)
    {
        int end = message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Assert.True(end >= 0, what);
        string[] lines = message[..end].Split("\r\n");
        Assert.All(lines.Skip(1), line => Assert.True(Field().IsMatch(line), $"{what}: {line}"));
        string[] framing =
            [.. lines.Where(static line => line.Contains("Content-Length:", StringComparison.OrdinalIgnoreCase))];
        Assert.True(framing is [] || (framing.Length == 1 && framing[0] == $"Content-Length: {content.Length}"), what);
        Assert.True(framing.Length == 1 || content.Length == 0, what);
        Assert.DoesNotContain(lines, static line => Hop().IsMatch(line));
        Assert.Equal(content, message[(end + 4)..]);
        return lines;
    }

    private static (string Name, string Value)[] Fields(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(6)).Select(_ => (
            random.Next(20) == 0 ? Any(random) : s_names[random.Next(s_names.Length)],
            random.Next(20) == 0 ? Any(random) : random.Next(3) > 0 ? "a" : s_values[random.Next(s_values.Length)])),
    ];

    private static string Any(Random random)
    {
        byte[] bytes = new byte[random.Next(4)];
        random.NextBytes(bytes);
        return Encoding.Latin1.GetString(bytes);
    }

    [GeneratedRegex("^[!#$%&'*+.^_`|~0-9A-Za-z-]+: [^\\x00-\\x08\\x0a-\\x1f\\x7f]*$")]
    private static partial Regex Field();

    [GeneratedRegex("^(Transfer-Encoding|Connection|Upgrade|TE|Trailer|Expect|Keep-Alive|Proxy-Connection):", RegexOptions.IgnoreCase)]
    private static partial Regex Hop();
}
