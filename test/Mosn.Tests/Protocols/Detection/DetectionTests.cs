using System.Text;
using Mosn.Protocols.Detection;

namespace Mosn.Tests.Protocols.Detection;

public sealed class DetectionTests
{
    [Theory]
    // The methods that MOSN knows, and its own examples.
    [InlineData("OPTIONS ", ProtocolMatch.Yes)]
    [InlineData("GET ", ProtocolMatch.Yes)]
    [InlineData("HEAD ", ProtocolMatch.Yes)]
    [InlineData("POST ", ProtocolMatch.Yes)]
    [InlineData("PUT ", ProtocolMatch.Yes)]
    [InlineData("DELETE ", ProtocolMatch.Yes)]
    [InlineData("TRACE ", ProtocolMatch.Yes)]
    [InlineData("CONNECT ", ProtocolMatch.Yes)]
    [InlineData("PATCH ", ProtocolMatch.Yes)]
    [InlineData("LINK ", ProtocolMatch.Yes)]
    [InlineData("UNLINK ", ProtocolMatch.Yes)]
    [InlineData("PATCH", ProtocolMatch.More)] // Yes in MOSN, whatever follows.
    [InlineData("POS", ProtocolMatch.More)]
    [InlineData("PPPPPPPPPPPPPPPPPPPPP", ProtocolMatch.No)]
    // Whole lines.
    [InlineData("GET / HTTP/1.1\r\n", ProtocolMatch.Yes)]
    [InlineData("OPTIONS * HTTP/1.1\r\n", ProtocolMatch.Yes)]
    [InlineData("CONNECT a:1 HTTP/1.1\r\n", ProtocolMatch.Yes)]
    [InlineData("GET http://a/ HTTP/1.1\r\n", ProtocolMatch.Yes)]
    // Other methods need a path.
    [InlineData("PROPFIND", ProtocolMatch.More)]
    [InlineData("PROPFIND ", ProtocolMatch.More)]
    [InlineData("PROPFIND /", ProtocolMatch.Yes)]
    [InlineData("UPDATEREDIRECTREF /", ProtocolMatch.Yes)]
    [InlineData("UPDATEREDIRECTREFS", ProtocolMatch.No)]
    [InlineData("VERSION-CONTROL /", ProtocolMatch.Yes)]
    // Other text protocols.
    [InlineData("LINKEDLIST x", ProtocolMatch.No)]
    [InlineData("GETX", ProtocolMatch.More)]
    [InlineData("INVITE sip:a@b SIP/2.0", ProtocolMatch.No)]
    [InlineData("DESCRIBE rtsp://a/ RTSP/1.0", ProtocolMatch.No)]
    [InlineData("EHLO mail.example.com\r\n", ProtocolMatch.No)]
    [InlineData("PING\r\n", ProtocolMatch.No)]
    [InlineData("*1\r\n$4\r\nPING\r\n", ProtocolMatch.No)]
    [InlineData("get key", ProtocolMatch.No)]
    [InlineData("PRI * HTTP/2.0\r\n", ProtocolMatch.No)]
    [InlineData(" GET / HTTP/1.1", ProtocolMatch.No)]
    [InlineData("\x16\x03\x01", ProtocolMatch.No)]
    [InlineData("", ProtocolMatch.More)]
    public void Http1_is_told_by_its_method(string start, ProtocolMatch expected) =>
        Assert.Equal(expected, Http1Detection.Match("", Encoding.Latin1.GetBytes(start)));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PROPFIND /x HTTP/1.1\r\n")]
    [InlineData("LINKEDLIST x")]
    [InlineData("GETX key")]
    [InlineData("PUT\r\n")]
    [InlineData("PATCHWORK")]
    [InlineData("INVITE sip:a@b SIP/2.0")]
    public void What_is_told_does_not_depend_on_where_the_bytes_were_cut(string start)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(start);
        ProtocolMatch whole = Http1Detection.Match("", bytes);
        for (int length = 0; length < bytes.Length; length++)
        {
            ProtocolMatch part = Http1Detection.Match("", bytes.AsSpan(0, length));
            Assert.True(part == ProtocolMatch.More || part == whole, $"{part} after {length} bytes");
        }
    }

    [Fact]
    public void Http2_is_told_by_the_whole_preface()
    {
        byte[] preface = Http2Detection.Preface.ToArray();
        Assert.Equal(24, preface.Length);
        for (int length = 0; length < preface.Length; length++)
        {
            Assert.Equal(ProtocolMatch.More, Http2Detection.Match("", preface.AsSpan(0, length)));
        }
        Assert.Equal(ProtocolMatch.Yes, Http2Detection.Match("", preface));
        Assert.Equal(ProtocolMatch.Yes, Http2Detection.Match("", [.. preface, 0, 0, 0]));
    }

    [Fact]
    public void A_preface_with_any_other_byte_is_not_http2()
    {
        for (int at = 0; at < Http2Detection.Preface.Length; at++)
        {
            byte[] bytes = Http2Detection.Preface.ToArray();
            bytes[at] ^= 1;
            Assert.Equal(ProtocolMatch.No, Http2Detection.Match("", bytes.AsSpan(0, at + 1)));
            Assert.Equal(ProtocolMatch.No, Http2Detection.Match("", bytes));
        }
    }

    [Theory]
    [InlineData("h2", ProtocolMatch.No, ProtocolMatch.Yes)]
    [InlineData("http/1.1", ProtocolMatch.Yes, ProtocolMatch.No)]
    [InlineData("http/1.0", ProtocolMatch.Yes, ProtocolMatch.No)]
    [InlineData("acme-tls/1", ProtocolMatch.More, ProtocolMatch.More)]
    public void What_the_tls_handshake_settled_needs_no_bytes(string alpn, ProtocolMatch http1, ProtocolMatch http2)
    {
        Assert.Equal(http1, Http1Detection.Match(alpn, default));
        Assert.Equal(http2, Http2Detection.Match(alpn, default));
    }

    [Fact]
    public void No_beginning_is_both()
    {
        byte[] preface = Http2Detection.Preface.ToArray();
        for (int length = 0; length <= preface.Length; length++)
        {
            Assert.NotEqual(ProtocolMatch.Yes, Http1Detection.Match("", preface.AsSpan(0, length)));
        }
    }
}
