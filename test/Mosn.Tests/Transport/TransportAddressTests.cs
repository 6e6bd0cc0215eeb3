using System.Net;
using System.Text;
using CsCheck;
using Mosn.Transport;

namespace Mosn.Tests.Transport;

public class TransportAddressTests
{
    [Theory]
    [InlineData("1.2.3.4:80", "1.2.3.4:80")]
    [InlineData("0.0.0.0", "0.0.0.0:7")]
    [InlineData("[::]:1", "[::]:1")]
    [InlineData("[::1]", "[::1]:7")]
    [InlineData("[1::]:65535", "[1::]:65535")]
    [InlineData("[1:2:3:4:5:6:7:8]:80", "[1:2:3:4:5:6:7:8]:80")]
    [InlineData("[1:2:3:4:5:6:7::]:80", "[1:2:3:4:5:6:7:0]:80")]
    [InlineData("[64:ff9b::1.2.3.4]:80", "[64:ff9b::102:304]:80")]
    [InlineData("[::ffff:1.2.3.4]:80", "1.2.3.4:80")]
    [InlineData("[::FFFF:0102:0304]:80", "1.2.3.4:80")]
    public void An_address_is_read(string text, string expected)
    {
        Assert.True(TransportAddress.TryParse(Encoding.ASCII.GetBytes(text), 7, out TransportAddress address));
        Assert.Equal(expected, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":80")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.04")]
    [InlineData("1.2.3.4:")]
    [InlineData("1.2.3.4:0")]
    [InlineData("1.2.3.4:65536")]
    [InlineData("1.2.3.4:000080")]
    [InlineData("1.2.3.4 :80")]
    [InlineData("1.2.3.4:80 ")]
    [InlineData("::1")]
    [InlineData("[1.2.3.4]:80")]
    [InlineData("[::1")]
    [InlineData("[::1]80")]
    [InlineData("[]:80")]
    [InlineData("[:::]:80")]
    [InlineData("[1::2::3]:80")]
    [InlineData("[1:2:3:4:5:6:7]:80")]
    [InlineData("[1:2:3:4:5:6:7:8:9]:80")]
    [InlineData("[1:2:3:4:5:6:7:8::]:80")]
    [InlineData("[12345::]:80")]
    [InlineData("[g::]:80")]
    [InlineData("[1:2:3:4:5:6:7:1.2.3.4]:80")]
    [InlineData("[::1.2.3.4:5]:80")]
    [InlineData("[1:]:80")]
    [InlineData("[fe80::1%1]:80")]
    [InlineData("a.test:80")]
    public void What_is_no_address_is_refused(string text) =>
        Assert.False(TransportAddress.TryParse(Encoding.ASCII.GetBytes(text), 7, out _));

    [Fact]
    public void What_is_written_is_read_again()
    {
        Gen<byte> sparse = Gen.Frequency((3, Gen.Const((byte)0)), (2, Gen.Byte));
        Gen.Select(Gen.OneOf(sparse.Array[4], sparse.Array[16]), Gen.Int[1, 65535]).Sample((bytes, port) =>
        {
            IPAddress ip = new(bytes);
            ip = ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
            TransportAddress expected = TransportAddress.From(ip, port);
            Assert.True(TransportAddress.TryParse(Encoding.ASCII.GetBytes(expected.ToString()), 0, out TransportAddress read));
            Assert.Equal(expected, read);
        });
    }

    [Fact]
    public void Whatever_is_read_is_what_the_runtime_reads()
    {
        Gen<char> letters = Gen.Int[0, 16].Select(static i => "0123456789abf:.[]"[i]);
        Gen.String[letters, 0, 24].Sample(text =>
        {
            if (TransportAddress.TryParse(Encoding.ASCII.GetBytes(text), 1, out TransportAddress read))
            {
                Assert.True(IPEndPoint.TryParse(text, out IPEndPoint? known), text);
                IPAddress ip = known.Address.IsIPv4MappedToIPv6 ? known.Address.MapToIPv4() : known.Address;
                Assert.Equal(TransportAddress.From(ip, known.Port == 0 ? 1 : known.Port), read);
            }
        });
    }
}
