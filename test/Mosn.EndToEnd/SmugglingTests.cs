using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Mosn.EndToEnd;

/// <summary>Requests that say one thing to one parser and another to the next: they end here.</summary>
public class SmugglingTests(SmugglingTests.World world) : IClassFixture<SmugglingTests.World>
{
    /// <summary>
    /// Requests that two parsers might see differently. Each is sent with a second request behind it, which must
    /// neither be answered nor reach the upstream.
    /// </summary>
    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a b\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 6\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\n Content-Length: 5\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nX: y\r\n\tContent-Length: 5\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n")]
    [InlineData("POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\nHost: x\n\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n: no name\r\n\r\n")]
    [InlineData("GET  / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET / HTTP/2.0\r\nHost: x\r\n\r\n")]
    [InlineData("GET / HTTP/1.1 \r\nHost: x\r\n\r\n")]
    [InlineData("GET /\r\nHost: x\r\n\r\n")]
    [InlineData("G\"T / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\0\u00a5\u0001\0\0\u00a1\u0003\u0003\r\n\r\n")]
    public async Task What_could_be_understood_in_two_ways_is_refused_and_ends_the_connection(string request)
    {
        int before = world.Upstream.ConnectionCount;
        using RawConnection client = await RawConnection.OpenAsync(world.Mosn.PortOf("web"));
        await client.SendAsync(request + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");

        string answer = await client.ReadToEndAsync();
        Assert.Matches("^HTTP/1\\.1 (400|501|505) ", answer);
        Assert.Equal(0, answer.IndexOf("HTTP/1.1 ", StringComparison.Ordinal));
        Assert.Equal(0, answer.LastIndexOf("HTTP/1.1 ", StringComparison.Ordinal));
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Equal(before, world.Upstream.ConnectionCount);
    }

    [Theory]
    [InlineData("5\r\nhelloX\r\n0\r\n\r\n")]
    [InlineData("-1\r\n\r\n")]
    [InlineData("0x5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 \r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\nhello\n0\n\n")]
    [InlineData("fffffffffffffffff\r\nhello")]
    [InlineData("0\r\nContent-Length: 5\r\n\r\n")]
    public async Task A_body_whose_chunks_are_broken_ends_the_exchange_on_both_sides(string chunks)
    {
        int before = world.Seen.Count;
        using RawConnection client = await RawConnection.OpenAsync(world.Mosn.PortOf("web"));
        await client.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
        await client.SendAsync("GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Equal(400, (await client.ReadResponseAsync()).Status);
        await client.WaitForEndAsync();

        // Whatever the upstream got, it was no whole request.
        await Wait.UntilAsync(() => world.Upstream.ActiveCount == 0, () => "the exchange upstream goes on");
        Assert.All(world.Seen.Skip(before), static all => Assert.DoesNotContain("\r\n0\r\n\r\n", all));
    }

    /// <summary>An upstream that answers nothing and keeps what it gets, and a mosn in front of it.</summary>
    public sealed class World : IAsyncLifetime
    {
        internal MosnProcess Mosn { get; private set; } = null!;

        internal ScriptedServer Upstream { get; private set; } = null!;

        /// <summary>All that came on a connection, in the order in which they ended.</summary>
        internal ConcurrentQueue<string> Seen { get; } = new();

        public async ValueTask InitializeAsync()
        {
            Upstream = new ScriptedServer(async (connection, _) =>
            {
                StringBuilder all = new();
                try
                {
                    while (await connection.ReadSomeAsync() is { Length: > 0 } some)
                    {
                        all.Append(Encoding.Latin1.GetString(some.Span));
                    }
                }
                catch (SocketException)
                {
                    // Cut off, as it should be.
                }
                Seen.Enqueue(all.ToString());
            });
            Mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(Upstream.Address).ToString());
        }

        public ValueTask DisposeAsync()
        {
            Mosn.Dispose();
            Upstream.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
