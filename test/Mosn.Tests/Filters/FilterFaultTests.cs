using System.Globalization;
using System.Text;
using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Filters;

/// <summary>All filters at once in worlds that a seed makes; SEEDS says how many.</summary>
public sealed class FilterFaultTests
{
    private const string Filters =
        """
        {"type": "ip_access", "config": {"ips": [{"action": "deny", "addrs": ["10.0.0.0/8"]}]}},
        {"type": "cors", "config": {"allow_origins": [{"suffix": ".example"}]}},
        {"type": "decompress_request", "config": {"max_bytes": 40000}},
        {"type": "fault", "config": {"delay": {"percentage": 20, "fixed_delay": "7ms"}, "abort": {"percentage": 5}}},
        {"type": "local_rate_limit", "config": {"max_tokens": 50, "tokens_per_fill": 500, "headers": true}},
        {"type": "payload_limit", "config": {"max_entity_size": 30000}},
        {"type": "decompress_response", "config": {}},
        {"type": "gzip", "config": {"encodings": ["zstd", "br", "gzip"], "content_types": ["text/html", "text/event-stream"]}}
        """;

    private static readonly string[] s_codings = ["gzip", "br", "zstd"];

    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(0, int.Parse(Environment.GetEnvironmentVariable("SEEDS") ?? "40", CultureInfo.InvariantCulture))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_breaks_nothing_hangs_and_nothing_is_left(int seed)
    {
        Random random = new(seed);
        SeededWeather weather = new(seed, breaks: true);
        string buffer = random.Next(2) == 0 ? """, {"type": "buffer", "config": {"max_request_bytes": 20000}}""" : "";
        string mirror = $$""", {"type": "mirror", "config": {"broadcast": {{(random.Next(2) == 0 ? "true" : "false")}}} }""";
        using ProxyWorld world = new(WithCopies(ProxyWorld.Http($", \"stream_filters\": [{Filters}{buffer}{mirror}]")), weather);
        MemoryHost upstream = world.Upstream(peer => peer.OnInput = self => AnswerSomehow(self, random));
        MemoryHost[] copies = [world.Upstream(Copy, index: 1), world.Upstream(Copy, index: 2)];
        List<MemoryPeer> clients = [];
        for (int step = 0; step < 150; step++)
        {
            switch (random.Next(8))
            {
                case 0:
                    clients.Add(world.Client());
                    break;
                case 1 when clients.Count > 0:
                    clients[random.Next(clients.Count)].Reset();
                    break;
                case 2 when upstream.Peers.Count > 0:
                    upstream.Peers[random.Next(upstream.Peers.Count)].Reset();
                    break;
                case 3:
                    world.Advance(random.Next(100));
                    break;
                default:
                    if (clients.LastOrDefault() is { IsOver: false, UnsentLength: 0 } client)
                    {
                        string request = SomeRequest(random);
                        client.Send(random.Next(3) == 0 ? request[..random.Next(request.Length)] : request);
                    }
                    break;
            }
            world.Run();
        }
        weather.BreakChance = 0;
        foreach (MemoryPeer client in clients)
        {
            client.Close();
        }
        world.Advance(300_000);
        Assert.True(world.Count(DownstreamMetric.RequestActive) == 0, $"seed {seed}: a request hangs");
        foreach (MemoryPeer peer in copies.Append(upstream).SelectMany(static host => host.Peers))
        {
            peer.Close();
        }
        world.Advance(300_000);
        IReadOnlyList<string> leaks = world.Leaks();
        Assert.True(leaks.Count == 0, $"seed {seed}: {string.Join(", ", leaks)}");
        Assert.True(world.Count(SelfMetric.BugsTotal) == 0, $"seed {seed}: a bug was reported");

        void Copy(MemoryPeer peer)
        {
            if (random.Next(4) == 0)
            {
                peer.PauseReading();
            }
            peer.OnInput = self => AnswerSomehow(self, random);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_body_that_is_decoded_and_encoded_on_its_way_stays_the_same(int seed)
    {
        Random random = new(seed);
        using ProxyWorld world = new(
            ProxyWorld.Http(
                """
                , "stream_filters": [{"type": "decompress_request", "config": {}},
                  {"type": "gzip", "config": {"encodings": ["gzip", "br", "zstd"]}}]
                """),
            new SeededWeather(seed));
        world.Upstream(peer => peer.OnInput = Echo);
        MemoryPeer client = world.Client();
        for (int round = 0; round < 4; round++)
        {
            byte[] page = Coded.Page(random, random.Next(1, 20_000));
            string sent = s_codings[random.Next(3)];
            string wanted = s_codings[random.Next(3)];
            byte[] body = Coded.Encode(sent, page);
            client.ClearReceived();
            client.Send($"POST / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: {wanted}\r\nContent-Encoding: {sent}\r\n");
            client.Send($"Content-Length: {body.Length}\r\n\r\n");
            client.Send(body);
            world.Advance(60_000);
            string answer = client.ReceivedText;
            Assert.True(answer.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal), $"seed {seed}, round {round}: not whole");
            Assert.True(
                page.AsSpan().SequenceEqual(Coded.Decode(wanted, Coded.Unchunk(answer))), $"seed {seed}, round {round}");
        }
    }

    /// <summary>Copies of a third of the requests go to the two hosts beside the upstream.</summary>
    private static string WithCopies(string config) => config
        .Replace(
            "\"clusters\": [",
            $$"""
            "clusters": [{"name": "copy", "hosts": [
              {"address": "127.0.0.1:{{ProxyWorld.UpstreamPort + 1}}"}, {"address": "127.0.0.1:{{ProxyWorld.UpstreamPort + 2}}"}]},
            """ + " ",
            StringComparison.Ordinal)
        .Replace(
            "\"match\": {",
            "\"request_mirror_policies\": {\"cluster\": \"copy\", \"percent\": 33}, \"match\": {",
            StringComparison.Ordinal);

    private static void Echo(MemoryPeer peer)
    {
        string request = peer.ReceivedText;
        if (request.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal))
        {
            byte[] body = Coded.Unchunk(request);
            peer.ClearReceived();
            peer.Send($"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {body.Length}\r\n\r\n");
            peer.Send(body);
        }
    }

    private static void AnswerSomehow(MemoryPeer peer, Random random)
    {
        if (!peer.ReceivedText.Contains("\r\n\r\n", StringComparison.Ordinal) || random.Next(6) == 0)
        {
            return;
        }
        peer.ClearReceived();
        byte[] page = Coded.Page(random, random.Next(1, 40_000));
        string coding = s_codings[random.Next(3)];
        string text = random.Next(4) switch
        {
            0 => $"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {page.Length}\r\n\r\n{Text(page)}",
            1 => "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n",
            2 => "HTTP/1.1 204 No Content\r\n\r\n",
            _ => Coding(Coded.Encode(coding, page), coding),
        };
        peer.Send(random.Next(4) == 0 ? text[..random.Next(text.Length)] : text);
        if (random.Next(6) == 0)
        {
            peer.Close();
        }

        static string Coding(byte[] body, string coding) =>
            $"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {coding}\r\nContent-Length: {body.Length}\r\n\r\n"
            + Text(body);
    }

    private static string SomeRequest(Random random)
    {
        string headers = random.Next(3) switch
        {
            0 => "Accept-Encoding: gzip, br;q=0.5, zstd;q=0.7\r\n",
            1 => "Accept-Encoding: br\r\nOrigin: https://a.example\r\n",
            _ => "",
        };
        if (random.Next(2) == 0)
        {
            return $"GET / HTTP/1.1\r\nHost: a\r\n{headers}\r\n";
        }
        string coding = s_codings[random.Next(3)];
        byte[] body = Coded.Encode(coding, Coded.Page(random, random.Next(1, 60_000)));
        if (random.Next(4) == 0)
        {
            body[random.Next(body.Length)] ^= 0x55;
        }
        headers += random.Next(2) == 0 ? $"Content-Encoding: {coding}\r\n" : "";
        return $"POST / HTTP/1.1\r\nHost: a\r\n{headers}Content-Length: {body.Length}\r\n\r\n{Text(body)}";
    }

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
