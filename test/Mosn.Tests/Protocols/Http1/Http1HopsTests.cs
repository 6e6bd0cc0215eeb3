using Mosn.Protocols;
using Mosn.Protocols.Http1;
using static Mosn.Tests.Protocols.Http1.Http1Text;

namespace Mosn.Tests.Protocols.Http1;

public class Http1HopsTests
{
    [Theory]
    [InlineData("A: 1", "A: 1")]
    [InlineData("Connection: close", "")]
    [InlineData("Keep-Alive: 5|Proxy-Connection: x|Upgrade: h2c|Transfer-Encoding: chunked|A: 1", "A: 1")]
    [InlineData("X: 1|Connection: x, y|Y: 2|x: 3|Connection: Z|z: 4|A: 5", "A: 5")]
    [InlineData("Connection: content-length, host, transfer-encoding|Content-Length: 5|Host: a",
        "Content-Length: 5|Host: a")]
    [InlineData("Connection: x-forwarded-for, authorization|X-Forwarded-For: 1|Authorization: b",
        "X-Forwarded-For: 1|Authorization: b")]
    [InlineData("Connection: connection, connection|Connection: x|A: 1", "A: 1")]
    [InlineData("Connection: ,, bad token ,\u00e9|A: 1", "A: 1")]
    [InlineData("TE: gzip;q=0.5, Trailers|A: 1", "TE: trailers|A: 1")]
    [InlineData("TE: gzip|TE: trailers", "TE: trailers")]
    [InlineData("TE: gzip|A: 1", "A: 1")]
    [InlineData("Connection: te|TE: trailers", "TE: trailers")]
    public void What_belongs_to_the_connection_goes_and_nothing_else(string before, string after)
    {
        HeaderBlock headers = Block(before);
        Http1Hops.Strip(headers);
        Assert.Equal(Describe(Block(after)), Describe(headers));
    }

    [Fact]
    public void An_upgrade_that_is_negotiated_stays()
    {
        HeaderBlock headers = Block("Connection: upgrade, http2-settings|Upgrade: h2c|HTTP2-Settings: x");
        Http1Hops.Strip(headers, keepUpgrade: true);
        Assert.Equal("Upgrade=h2c (Upgrade)\n", Describe(headers));
    }

    private static HeaderBlock Block(string lines)
    {
        HeaderBlock headers = new();
        foreach (string line in lines.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(Bytes(line[..colon]), Bytes(line[(colon + 1)..]));
        }
        return headers;
    }
}
