using System.Text;
using Mosn.Proxy.Filters;
using Mosn.Testing;

namespace Mosn.Tests.Filters;

/// <summary>Browsers' calls become gRPC on their way, and the answers something that browsers can read.</summary>
public sealed class GrpcWebFilterTests : IDisposable
{
    private const string Message = "\0\0\0\0\u0003abc";
    private const string Reply = "\0\0\0\0\u0002ok";

    private readonly FilterWorld _world = new("""{"type": "grpc_web"}""") { Answer = null };

    public void Dispose()
    {
        Assert.Empty(_world.Leaks());
        _world.Dispose();
    }

    [Fact]
    public void A_binary_call_goes_on_as_it_is_and_its_trailers_become_the_last_message()
    {
        Send("application/grpc-web+proto", Message);
        Assert.Contains("Content-Type: application/grpc+proto\r\n", _world.Seen);
        Assert.Contains("TE: trailers\r\n", _world.Seen);
        Assert.EndsWith($"\r\n\r\n{Message}", _world.Seen);

        Answer("application/grpc", Reply, "Grpc-Status: 0\r\nX-Sum-Bin: AA==\r\n");
        (string head, string body) = Received();
        Assert.Contains("Content-Type: application/grpc-web+proto\r\n", head);
        Assert.Equal(Reply + Frame("grpc-status:0\r\nx-sum-bin:AA==\r\n"), body);
        Assert.EndsWith("\r\n0\r\n\r\n", _world.Client.ReceivedText); // No trailers of HTTP.
        Assert.Equal(1, _world.Count(FilterMetrics.GrpcWeb, FilterMetrics.GrpcWebBinary));
    }

    [Fact]
    public void A_call_in_text_is_decoded_and_its_answer_encoded()
    {
        Send("application/grpc-web-text", Text(Message));
        Assert.Contains("Content-Type: application/grpc\r\n", _world.Seen);
        Assert.Contains("Transfer-Encoding: chunked\r\n", _world.Seen);
        Assert.EndsWith($"8\r\n{Message}\r\n0\r\n\r\n", _world.Seen);

        Answer("application/grpc", Reply, "Grpc-Status: 0\r\n");
        (string head, string body) = Received();
        Assert.Contains("Content-Type: application/grpc-web-text\r\n", head);
        Assert.Equal(Reply + Frame("grpc-status:0\r\n"), Plain(body));
        Assert.Equal(1, _world.Count(FilterMetrics.GrpcWeb, FilterMetrics.GrpcWebText));
    }

    [Fact]
    public void A_client_may_want_the_answer_in_the_other_form()
    {
        Send("application/grpc-web", Message, "Accept: application/grpc-web-text\r\n");
        Answer("application/grpc+proto", Reply, "Grpc-Status: 0\r\n");
        (string head, string body) = Received();
        Assert.Contains("Content-Type: application/grpc-web-text\r\n", head);
        Assert.Equal(Reply + Frame("grpc-status:0\r\n"), Plain(body));
    }

    [Theory]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc-web-text")]
    public void Each_message_goes_on_when_it_comes(string type)
    {
        Send(type, type.EndsWith("text", StringComparison.Ordinal) ? Text(Message) : Message);
        _world.Host.Send("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 1; i <= 3; i++)
        {
            _world.Host.Send($"7\r\n{Reply}\r\n");
            _world.World.Run();
            string body = Received().Body;
            Assert.Equal(
                string.Concat(Enumerable.Repeat(Reply, i)),
                type.EndsWith("text", StringComparison.Ordinal) ? Plain(body) : body);
        }
        _world.Host.Send("0\r\nGrpc-Status: 0\r\n\r\n");
        _world.World.Run();
    }

    [Fact]
    public void An_answer_of_trailers_only_keeps_them_in_its_head()
    {
        Send("application/grpc-web+proto", Message);
        _world.Host.Send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nGrpc-Status: 5\r\nGrpc-Message: none\r\nContent-Length: 0\r\n\r\n");
        _world.World.Run();
        (string head, string body) = Received();
        Assert.Contains("Content-Type: application/grpc-web+proto\r\n", head);
        Assert.Contains("Grpc-Status: 5\r\nGrpc-Message: none\r\n", head);
        Assert.Equal("", body);
    }

    [Fact]
    public void A_call_that_ends_without_a_word_has_an_unknown_status()
    {
        Send("application/grpc-web", Message);
        Answer("application/grpc", Reply, "");
        Assert.Equal(Reply + Frame("Grpc-Status:2\r\n".ToLowerInvariant()), Received().Body);
    }

    [Fact]
    public void A_call_that_breaks_off_ends_with_a_status_that_the_browser_sees()
    {
        Send("application/grpc-web", Message);
        _world.Host.Send($"HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{Reply}\r\n");
        _world.World.Run();
        _world.Host.Reset();
        _world.World.Run();
        Assert.Equal(Reply + Frame("grpc-status:14\r\ngrpc-message:upstream reset\r\n"), Received().Body);
    }

    [Fact]
    public void What_the_proxy_answers_itself_is_understood_too()
    {
        Send("application/grpc-web-text", Text(Message));
        _world.Host.Reset();
        _world.World.Run();
        string head = Received().Head;
        Assert.StartsWith("HTTP/1.1 200 ", head);
        Assert.Contains("Content-Type: application/grpc-web-text\r\n", head);
        Assert.Contains("Grpc-Status: 14\r\n", head);
    }

    [Theory]
    [InlineData(503, 14)]
    [InlineData(200, 2)]
    public void An_upstream_that_does_not_speak_grpc_is_answered_for(int status, int grpcStatus)
    {
        Send("application/grpc-web", Message);
        _world.Host.Send($"HTTP/1.1 {status} X\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<br>");
        _world.World.Run();
        (string head, string body) = Received();
        Assert.StartsWith("HTTP/1.1 200 ", head);
        Assert.Contains("Content-Type: application/grpc-web\r\n", head);
        Assert.Contains($"Grpc-Status: {grpcStatus}\r\nGrpc-Message: the upstream does not speak gRPC\r\n", head);
        Assert.Equal("", body);
        Assert.Equal(1, _world.Count(FilterMetrics.GrpcWeb, FilterMetrics.GrpcWebNotGrpc));
    }

    [Theory]
    [InlineData("""{"type": "grpc_web"}, CORS""")]
    [InlineData("""CORS, {"type": "grpc_web"}""")]
    public void A_page_of_another_origin_may_read_what_is_said_for_such_an_upstream(string filters)
    {
        using FilterWorld world = new(filters.Replace(
            "CORS", """{"type": "cors", "config": {"allow_origins": [{"exact": "https://a.b"}]}}""", StringComparison.Ordinal));
        world.Answer = "HTTP/1.1 503 X\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<br>";
        string reply = world.Send("POST /a/b HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc-web\r\nOrigin: https://a.b\r\n"
            + $"Content-Length: 8\r\n\r\n{Message}");
        Assert.Contains("Grpc-Status: 14\r\n", reply);
        Assert.Contains("Access-Control-Allow-Origin: https://a.b\r\n", reply);
        Assert.Contains("Vary: Origin\r\n", reply);
        Assert.Equal(1, world.Count(FilterMetrics.GrpcWeb, FilterMetrics.GrpcWebNotGrpc));
        Assert.Empty(world.Leaks());
    }

    [Theory]
    [InlineData("AAAA*AAA")]
    [InlineData("AAAAA")]
    [InlineData("AAA AAAA")]
    public void A_text_that_is_no_base64_ends_the_call(string text)
    {
        Send("application/grpc-web-text", text);
        string head = Received().Head;
        Assert.Contains("Grpc-Status: 13\r\n", head);
        Assert.Equal(1, _world.Count(FilterMetrics.GrpcWeb, FilterMetrics.GrpcWebMalformed));
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc-webs")]
    [InlineData("text/plain")]
    public void Other_requests_pass_as_they_are(string type)
    {
        Send(type, Message);
        Assert.Contains($"Content-Type: {type}\r\n", _world.Seen);
        Answer(type, Reply, "Grpc-Status: 0\r\n");
        Assert.Contains($"Content-Type: {type}\r\n", _world.Client.ReceivedText);
        Assert.EndsWith("0\r\nGrpc-Status: 0\r\n\r\n", _world.Client.ReceivedText);
    }

    [Fact]
    public void Bodies_come_through_in_both_forms_whatever_the_splits()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int round = 0; round < 40; round++)
        {
            bool isText = random.Next(2) == 0;
            string up = Random(random, random.Next(1, 40_000));
            string down = Random(random, random.Next(1, 40_000));
            StringBuilder request = new("POST /a/b HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc-web");
            request.Append(isText ? "-text\r\n" : "\r\n");
            string body = isText ? string.Concat(Pieces(random, up).Select(Text)) : up;
            request.Append($"Content-Length: {body.Length}\r\n\r\n{body}");
            _world.Client.ClearReceived();
            foreach (string piece in Pieces(random, request.ToString()))
            {
                _world.Client.Send(piece);
                _world.World.Run();
            }
            string seen = _world.Seen;
            int end = seen.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            Assert.True(up == (isText ? Unchunk(seen[end..]) : seen[end..]), $"seed {seed}, round {round}");
            _world.Host.ClearReceived();
            StringBuilder response = new("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n");
            foreach (string piece in Pieces(random, down))
            {
                response.Append($"{piece.Length:x}\r\n{piece}\r\n");
            }
            response.Append("0\r\ngrpc-status: 0\r\n\r\n");
            foreach (string piece in Pieces(random, response.ToString()))
            {
                _world.Host.Send(piece);
                _world.World.Run();
            }
            string got = isText ? Plain(Received().Body) : Received().Body;
            Assert.True(got == down + Frame("grpc-status:0\r\n"), $"seed {seed}, round {round}");
        }
    }

    [Theory]
    [InlineData("application/grpc-web", "\0\0\0\0\u0003abc")]
    [InlineData("application/grpc-web-text", "AAAAAANhYmM=")]
    public void A_call_allocates_nothing(string type, string body)
    {
        using ProxyWorld world = new(ProxyWorld.Http(
            listener: """, "stream_filters": [{"type": "grpc_web"}, {"type": "grpc_metric"}]""",
            cluster: """, "max_request_per_conn": 1000000 """));
        byte[] response = Encoding.Latin1.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nTransfer-Encoding: chunked\r\n\r\n"
            + $"7\r\n{Reply}\r\n0\r\nGrpc-Status: 0\r\n\r\n");
        byte[] request = Encoding.Latin1.GetBytes(
            $"POST /a.B/C HTTP/1.1\r\nHost: a\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        world.Upstream(peer => peer.OnInput = self =>
        {
            if (self.Received.IndexOf("abc"u8) >= 0)
            {
                self.ClearReceived();
                self.Send(response);
            }
        });
        MemoryPeer client = world.Client();
        client.KeepsReceived = false;
        Run(200);
        long total = client.ReceivedTotal;
        Assert.Equal(0, Allocations.Of(() => Run(500)));
        Assert.InRange(client.ReceivedTotal - total, 500 * 100, long.MaxValue);
        client.Close();

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                client.Send(request);
                world.Run();
            }
        }
    }

    private static string Text(string plain) => Convert.ToBase64String(Encoding.Latin1.GetBytes(plain));

    /// <summary>Base64 that is padded anywhere.</summary>
    private static string Plain(string text) => string.Concat(
        text.Chunk(4).Select(static quantum => Encoding.Latin1.GetString(Convert.FromBase64String(new string(quantum)))));

    private static string Frame(string trailers) => $"\u0080\0\0\0{(char)trailers.Length}{trailers}";

    private static string Random(Random random, int length) =>
        string.Create(length, random, static (text, random) =>
        {
            foreach (ref char character in text)
            {
                character = (char)random.Next(256);
            }
        });

    private static IEnumerable<string> Pieces(Random random, string text)
    {
        for (int at = 0; at < text.Length;)
        {
            int length = Math.Min(text.Length - at, random.Next(1, 9000));
            yield return text.Substring(at, length);
            at += length;
        }
    }

    private static string Unchunk(string body)
    {
        StringBuilder plain = new();
        for (int at = 0; ;)
        {
            int line = body.IndexOf("\r\n", at, StringComparison.Ordinal);
            int length = Convert.ToInt32(body[at..line], 16);
            if (length == 0)
            {
                return plain.ToString();
            }
            plain.Append(body, line + 2, length);
            at = line + 2 + length + 2;
        }
    }

    private void Send(string type, string body, string headers = "") => _world.Send(
        $"POST /pkg.Svc/Do HTTP/1.1\r\nHost: a\r\nContent-Type: {type}\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}");

    private void Answer(string type, string body, string trailers)
    {
        _world.Host.Send(
            $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n"
            + $"{body.Length:x}\r\n{body}\r\n0\r\n{trailers}\r\n");
        _world.World.Run();
    }

    private (string Head, string Body) Received()
    {
        string text = _world.Client.ReceivedText;
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        string head = text[..end];
        return (head, head.Contains("chunked", StringComparison.Ordinal) && text.Length > end ? UnchunkBegun(text[end..]) : text[end..]);
    }

    /// <summary>The chunks that are there.</summary>
    private static string UnchunkBegun(string body) =>
        Unchunk(body.EndsWith("0\r\n\r\n", StringComparison.Ordinal) ? body : body + "0\r\n\r\n");
}
