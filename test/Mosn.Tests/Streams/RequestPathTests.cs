using System.Text;
using CsCheck;
using Mosn.Proxy.Streams;

namespace Mosn.Tests.Streams;

public class RequestPathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("", "")]
    [InlineData("*", "*")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a//b///c", "/a/b/c")]
    [InlineData("/a%20b%2Fc//d", "/a b/c/d")]
    [InlineData("/a/./b/.", "/a/b/")]
    [InlineData("/a/../b", "/b")]
    [InlineData("/a/b/..", "/a/")]
    [InlineData("/../../x", "/x")]
    [InlineData("/%2e%2e/x", "/x")]
    [InlineData("/a/.%2E/%2e/b", "/b")]
    [InlineData("/.hidden/..x", "/.hidden/..x")]
    [InlineData("/100%", "/100%")]
    [InlineData("/%zz%4", "/%zz%4")]
    public void Spellings_of_one_path_become_one(string path, string expected) =>
        Assert.Equal(expected, Normalise(path));

    [Fact]
    public void A_normalised_path_is_normal_and_survives_encoding() =>
        Const("a", "B", "/", ".", "..", "%2e", "%2F", "%25", "%", " ", "é").Array[0, 30].Sample(parts =>
        {
            byte[] raw = Encoding.UTF8.GetBytes("/" + string.Concat(parts));
            byte[] normal = new byte[raw.Length];
            ReadOnlySpan<byte> once = normal.AsSpan(0, RequestPath.Normalise(raw, normal));
            Assert.True(once[0] == '/' && once.IndexOf("//"u8) < 0);
            Assert.DoesNotContain("..", Encoding.UTF8.GetString(once).Split('/'));

            byte[] encoded = new byte[RequestPath.EncodedLengthMax(once.Length)];
            ReadOnlySpan<byte> wire = encoded.AsSpan(0, RequestPath.Encode(once, encoded));
            Assert.True(Mosn.Protocols.HttpSyntax.IsPath(wire));
            byte[] again = new byte[wire.Length];
            Assert.True(again.AsSpan(0, RequestPath.Normalise(wire, again)).SequenceEqual(once));
            if (RequestPath.IsNormal(raw))
            {
                Assert.True(once.SequenceEqual(raw));
            }
        });

    private static string Normalise(string path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        byte[] into = new byte[bytes.Length];
        return Encoding.UTF8.GetString(into.AsSpan(0, RequestPath.Normalise(bytes, into)));
    }

    private static Gen<string> Const(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
