using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Http1;

namespace Mosn.Tests.Protocols.Http1;

public sealed class Http1UpgradeTests
{
    [Theory]
    [InlineData("websocket", "websocket")]
    [InlineData("WebSocket", "websocket")]
    [InlineData("h2c, WebSocket", "websocket")]
    [InlineData("h2c", "h2c")]
    [InlineData("FOO", "foo")]
    [InlineData("foo, bar", "")]
    [InlineData("foo/1", "")]
    [InlineData("a name", "")]
    [InlineData("a-name-that-is-longer-than-any-one-of-them-has", "")]
    [InlineData("", "")]
    [InlineData(",,", "")]
    public void One_protocol_of_an_offer_is_looked_at(string offer, string expected)
    {
        HeaderBlock headers = new();
        headers.Add(KnownHeader.Upgrade, Encoding.Latin1.GetBytes(offer));
        Span<byte> name = stackalloc byte[Http1Upgrade.NameBytesMax];
        Assert.Equal(expected, Encoding.Latin1.GetString(name[..Http1Upgrade.ReadOffer(headers, name)]));
    }

    [Fact]
    public void Several_fields_are_one_list()
    {
        HeaderBlock headers = new();
        headers.Add(KnownHeader.Upgrade, "foo"u8);
        headers.Add(KnownHeader.Upgrade, "bar"u8);
        Span<byte> name = stackalloc byte[Http1Upgrade.NameBytesMax];
        Assert.Equal(0, Http1Upgrade.ReadOffer(headers, name));
        headers.Add(KnownHeader.Upgrade, "websocket"u8);
        Assert.Equal(9, Http1Upgrade.ReadOffer(headers, name));
    }

    [Theory]
    [InlineData("websocket", true)]
    [InlineData("WebSocket", true)]
    [InlineData("foo", false)]
    [InlineData("websocket, foo", false)]
    [InlineData("", false)]
    public void An_agreement_names_just_the_one_protocol(string agreed, bool expected)
    {
        HeaderBlock headers = new();
        Assert.False(Http1Upgrade.IsAgreed(headers, "websocket"u8));
        headers.Add(KnownHeader.Upgrade, Encoding.Latin1.GetBytes(agreed));
        Assert.Equal(expected, Http1Upgrade.IsAgreed(headers, "websocket"u8));
        headers.Add(KnownHeader.Upgrade, "websocket"u8);
        Assert.False(Http1Upgrade.IsAgreed(headers, "websocket"u8));
    }

    [Fact]
    public void A_key_is_answered_as_in_the_example_of_rfc_6455()
    {
        Span<byte> accept = stackalloc byte[WebSocketHandshake.AcceptLength];
        WebSocketHandshake.WriteAccept("dGhlIHNhbXBsZSBub25jZQ=="u8, accept);
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", Encoding.ASCII.GetString(accept));
    }

    [Fact]
    public void A_key_is_sixteen_bytes()
    {
        Span<byte> key = stackalloc byte[WebSocketHandshake.KeyLength];
        WebSocketHandshake.WriteKey(1, 2, key);
        byte[] nonce = Convert.FromBase64String(Encoding.ASCII.GetString(key));
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0], nonce);
    }
}
