using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Filters;

namespace Mosn.Tests.Filters;

public sealed class AcceptEncodingTests
{
    private static readonly ContentCoding[] s_offers = [ContentCoding.Zstd, ContentCoding.Brotli, ContentCoding.Gzip];

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("x-gzip", "gzip")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("gzip, br", "br")]
    [InlineData("gzip;q=1.0, br;q=0.9", "gzip")]
    [InlineData("gzip;q=0.5 , br; q=0.8, zstd;q=0.8", "zstd")]
    [InlineData("GZIP;Q=0.3", "gzip")]
    [InlineData("*", "zstd")]
    [InlineData("*;q=0.1, gzip", "gzip")]
    [InlineData("zstd;q=0, *", "br")]
    [InlineData("gzip;q=0", "identity")]
    [InlineData("identity, gzip;q=0.5", "identity")]
    [InlineData("identity;q=0.5, gzip", "gzip")]
    [InlineData("identity, gzip", "gzip")]
    [InlineData("", "identity")]
    [InlineData("deflate, compress", "identity")]
    [InlineData("gzip;q=2", "identity")]
    [InlineData("gzip;q=0.1234", "identity")]
    [InlineData("gzip;level=1", "identity")]
    [InlineData("gzip;q=0.\u00e9", "identity")]
    [InlineData(",,;q=1,gzip,,", "gzip")]
    public void The_client_gets_what_it_likes_best(string accepted, string chosen)
    {
        HeaderBlock headers = new();
        headers.Add("Accept-Encoding"u8, Encoding.Latin1.GetBytes(accepted));
        ContentCoding coding = AcceptEncoding.Choose(headers, s_offers);
        Assert.Equal(chosen, Encoding.ASCII.GetString(ContentCodings.NameOf(coding)));
    }

    [Fact]
    public void Several_lines_are_one_list()
    {
        HeaderBlock headers = new();
        headers.Add("Accept-Encoding"u8, "gzip;q=0.5"u8);
        headers.Add("accept-encoding"u8, "br"u8);
        Assert.Equal(ContentCoding.Brotli, AcceptEncoding.Choose(headers, s_offers));
        Assert.Equal(ContentCoding.None, AcceptEncoding.Choose(new HeaderBlock(), s_offers));
    }
}
