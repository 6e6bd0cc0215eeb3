using System.Net;
using System.Net.Sockets;

namespace Mosn.Profile;

/// <summary>The requests of a training, some sixty thousand. Their number is fixed, so that the counts are much the same.</summary>
internal static class TrainingLoad
{
    /// <summary>A listener, and the name of its socket.</summary>
    public const string Plain = "plain";

    /// <summary>A listener with an access log.</summary>
    public const string Logged = "logged";

    /// <summary>A listener whose host is spoken to in HTTP/2.</summary>
    public const string Multiplexed = "multiplexed";

    /// <summary>A listener that relays bytes.</summary>
    public const string Relay = "relay";

    /// <summary>The listener that the others have as their host; the last to be opened.</summary>
    public const string Application = "application";

    /// <summary>The path whose answer is 10 KiB; of all others 100 bytes.</summary>
    public const string Large = "/large";

    /// <summary>Requests under way at a time.</summary>
    private const int Clients = 32;

    public static async Task RunAsync(string folder, CancellationToken cancel)
    {
        await StartedAsync(folder, cancel);
        // What a call is guessed to meet is what it met last: HTTP/1 comes at the end, and there the plainest request.
        await SendAsync(folder, Multiplexed, 5_000, static _ => InHttp2(Get("/small")), cancel);
        await SendAsync(folder, Logged, 3_000, static number => InHttp2(AsBrowsersDo(number)), cancel);
        await SendAsync(folder, Plain, 8_000, static _ => InHttp2(Get("/small")), cancel);
        await SendAsync(folder, Relay, 8_000, static _ => Get("/small"), cancel);
        await SendAsync(folder, Plain, 4_000, Upload, cancel);
        await SendAsync(folder, Plain, 4_000, static _ => Get(Large), cancel);
        await SendAsync(folder, Logged, 8_000, AsBrowsersDo, cancel);
        await SendAsync(folder, Plain, 25_000, static _ => Get("/small"), cancel);
    }

    private static HttpRequestMessage Get(string path) => new(HttpMethod.Get, path);

    /// <summary>Over cleartext, without asking first.</summary>
    private static HttpRequestMessage InHttp2(HttpRequestMessage request)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return request;
    }

    /// <summary>Completes when the last listener takes connections.</summary>
    public static async Task StartedAsync(string folder, CancellationToken cancel)
    {
        string path = Path.Combine(folder, Application);
        while (true)
        {
            try
            {
                (await ConnectAsync(path, cancel)).Dispose();
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
            }
        }
    }

    private static HttpRequestMessage AsBrowsersDo(int number)
    {
        HttpRequestMessage request = new(HttpMethod.Get, $"/items/{number}?page=2&order=name");
        request.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0");
        request.Headers.TryAddWithoutValidation("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        request.Headers.TryAddWithoutValidation("Accept-Language", "en-GB,en;q=0.5");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, deflate, br, zstd");
        request.Headers.TryAddWithoutValidation("Cookie", "session=0123456789abcdef; theme=dark");
        request.Headers.TryAddWithoutValidation("X-Request-Id", $"training-{number}");
        return request;
    }

    /// <summary>With its length: the application answers at once, and would have to close on a body of unknown length.</summary>
    private static HttpRequestMessage Upload(int number) =>
        new(HttpMethod.Post, $"/upload/{number}") { Content = new ByteArrayContent(new byte[4096]) };

    private static async Task SendAsync(
        string folder, string listener, int count, Func<int, HttpRequestMessage> make, CancellationToken cancel)
    {
        using SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (_, cancelConnect) =>
                new NetworkStream(await ConnectAsync(Path.Combine(folder, listener), cancelConnect), ownsSocket: true),
        };
        using HttpClient client = new(handler) { BaseAddress = new Uri("http://training.local/") };
        int sent = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => ClientAsync()));

        async Task ClientAsync()
        {
            while (Interlocked.Increment(ref sent) is int number && number <= count)
            {
                using HttpRequestMessage request = make(number);
                using HttpResponseMessage response = await client.SendAsync(request, cancel);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    throw new ProfileException($"{listener} answered {(int)response.StatusCode}");
                }
            }
        }
    }

    private static async ValueTask<Socket> ConnectAsync(string path, CancellationToken cancel)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
