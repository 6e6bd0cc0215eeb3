using Mosn.Protocols.Detection;

namespace Mosn.Tests.Protocols.Frames;

/// <summary>Each protocol is told from all the others by its first bytes.</summary>
public sealed class FrameDetectionTests
{
    [Theory]
    [InlineData("bolt", "01")]
    [InlineData("boltv2", "02")]
    [InlineData("dubbo", "DABB")]
    [InlineData("dubbo-thrift", "00000031DABC")]
    [InlineData("tars", "000000491001")]
    [InlineData("tars", "000000411003")]
    [InlineData("x_example", "780100")]
    [InlineData("courier", "C0DE")]
    public void The_first_bytes_tell_it(string codecName, string start)
    {
        byte[] bytes = Convert.FromHexString(start);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(ProtocolMatch.More, AnyCodec.Named(codecName).Match(bytes.AsSpan(0, length)));
        }
        Assert.All(
            AnyCodec.All,
            codec => Assert.Equal(codec.Name == codecName ? ProtocolMatch.Yes : ProtocolMatch.No, codec.Match(bytes)));
    }
}
