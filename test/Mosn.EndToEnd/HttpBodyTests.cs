using System.Globalization;
using System.Security.Cryptography;

namespace Mosn.EndToEnd;

/// <summary>Bodies too large to be kept anywhere.</summary>
public class HttpBodyTests
{
    private const int Mega = 1024 * 1024;

    [Fact]
    public async Task Curl_uploads_30_MB_and_the_same_bytes_come_back()
    {
        using PeerProcess node = await PeerProcess.StartNodeAsync("http.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(node.Address).ToString());
        string sent = Path.Combine(mosn.Directory, "sent");
        string received = Path.Combine(mosn.Directory, "received");
        await File.WriteAllBytesAsync(sent, RandomNumberGenerator.GetBytes(30 * Mega));

        foreach (string framing in (string[])["Content-Type: x/y", "Transfer-Encoding: chunked"])
        {
            (int code, _, string errors) = await PeerProcess.RunAsync(
                "curl", "-sS", "-H", framing, "--data-binary", "@" + sent, "-o", received, mosn.UrlOf("web", "/echo"));
            Assert.True(code == 0, errors);
            Assert.Equal(await HashAsync(sent), await HashAsync(received));
        }
    }

    [Fact]
    public async Task Nginx_serves_30_MB_and_an_upload_as_they_are()
    {
        using PeerProcess nginx = await PeerProcess.StartNginxAsync(
            "client_max_body_size 0; location /up { dav_methods PUT; create_full_put_path on; }");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(nginx.Address).ToString());
        string sent = Path.Combine(mosn.Directory, "sent");
        string received = Path.Combine(mosn.Directory, "received");
        await File.WriteAllBytesAsync(sent, RandomNumberGenerator.GetBytes(30 * Mega));

        string url = mosn.UrlOf("web", "/up/file");
        (int code, string output, string errors) =
            await PeerProcess.RunAsync("curl", "-sS", "-T", sent, "-w", "%{http_code}", url);
        Assert.True(code == 0 && output.EndsWith("201", StringComparison.Ordinal), output + errors);
        (code, _, errors) = await PeerProcess.RunAsync("curl", "-sS", "-o", received, url);
        Assert.True(code == 0, errors);
        Assert.Equal(await HashAsync(sent), await HashAsync(received));

        (_, output, _) = await PeerProcess.RunAsync("curl", "-sS", "-i", "-r", "100-199", "-o", received,
            "-w", "%{http_code} %{size_download}", url);
        Assert.Equal("206 100", output);
    }

    [Fact]
    public async Task A_reader_that_stalls_stalls_the_sender_and_costs_no_memory()
    {
        using PeerProcess node = await PeerProcess.StartNodeAsync("http.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(node.Address).ToString());
        long idleKb = mosn.ResidentKb;

        const int Size = 200 * Mega;
        using RawConnection client = await RawConnection.OpenAsync(mosn.AddressOf("web"), receiveBuffer: 65536);
        await client.SendAsync(
            string.Create(CultureInfo.InvariantCulture, $"GET /download?bytes={Size} HTTP/1.1\r\nHost: x\r\n\r\n"));
        await client.ReadHeadAsync();
        await client.ReadAsync(1000);

        // As long as anything still moves, more memory might be taken.
        long previous = -1;
        for (int calm = 0; calm < 10;)
        {
            await Task.Delay(20);
            long written = await AskAsync(mosn, "/written");
            calm = written == previous ? calm + 1 : 0;
            previous = written;
        }
        Assert.True(previous < Size / 2, $"the sender was not stalled at all, but wrote {previous} bytes");
        Assert.True(mosn.ResidentKb < idleKb + (32 * 1024), $"{idleKb} KiB became {mosn.ResidentKb} KiB");

        long left = Size - 1000;
        while (left > 0 && await client.ReadSomeAsync() is { Length: > 0 } some)
        {
            left -= some.Length;
        }
        Assert.Equal(0, left);
        Assert.True(mosn.ResidentKb < idleKb + (32 * 1024), $"{idleKb} KiB became {mosn.ResidentKb} KiB");
    }

    private static async Task<long> AskAsync(MosnProcess mosn, string path)
    {
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        return long.Parse((await client.ReadResponseAsync()).Body, CultureInfo.InvariantCulture);
    }

    private static async Task<string> HashAsync(string file)
    {
        await using FileStream stream = File.OpenRead(file);
        return Convert.ToHexString(await SHA256.HashDataAsync(stream));
    }
}
