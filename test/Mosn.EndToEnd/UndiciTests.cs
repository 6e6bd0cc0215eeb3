using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>The client that Node's own fetch is made of, to hosts of either version of HTTP.</summary>
public class UndiciTests
{
    [Theory]
    [InlineData("Http1", "http.js", "pipelined", 200)]
    [InlineData("Http1", "http.js", "streamed", 100)]
    [InlineData("Http2", "http2.js", "streamed", 100)]
    public async Task Requests_that_are_pipelined_or_streamed_each_get_their_own_answer(
        string upstream, string script, string scenario, int count)
    {
        using PeerProcess host = await PeerProcess.StartNodeAsync(script);
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.AnyHttpTo(upstream, host.Address).ToString());
        JsonElement seen = await PeerProcess.RunNodeAsync("undiciclient.js", mosn.UrlOf("web", ""), scenario);
        Assert.Equal(count, seen.GetProperty("right").GetInt32());
    }
}
