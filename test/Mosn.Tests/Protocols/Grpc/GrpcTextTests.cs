using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Grpc;

namespace Mosn.Tests.Protocols.Grpc;

/// <summary>The values of gRPC's header fields.</summary>
public sealed class GrpcTextTests
{
    [Theory]
    [InlineData("1H", 3_600_000)]
    [InlineData("2M", 120_000)]
    [InlineData("3S", 3000)]
    [InlineData("4m", 4)]
    [InlineData("0m", 0)]
    [InlineData("1u", 1)]
    [InlineData("1000u", 1)]
    [InlineData("1001u", 2)]
    [InlineData("1n", 1)]
    [InlineData("99999999n", 100)]
    [InlineData("99999999H", 359_999_996_400_000)]
    public void A_timeout_is_read_and_rounded_up(string text, long ms)
    {
        Assert.True(GrpcTimeout.TryParse(Encoding.ASCII.GetBytes(text), out long read));
        Assert.Equal(ms, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    public void What_is_no_timeout_is_none(string text) =>
        Assert.False(GrpcTimeout.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Theory]
    [InlineData(0, "0m")]
    [InlineData(99_999_999, "99999999m")]
    [InlineData(100_000_999, "100000S")]
    [InlineData(99_999_999_999, "99999999S")]
    [InlineData(100_000_000_000, "1666666M")]
    [InlineData(5_999_999_940_000, "99999999M")]
    [InlineData(6_000_000_000_000, "1666666H")]
    [InlineData(long.MaxValue, "99999999H")]
    public void A_timeout_is_written_with_eight_digits_and_never_longer_than_it_is(long ms, string text)
    {
        Span<byte> into = stackalloc byte[GrpcTimeout.LengthMax];
        Assert.Equal(text, Encoding.ASCII.GetString(into[..GrpcTimeout.Write(ms, into)]));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("no route", "no route")]
    [InlineData("100%", "100%25")]
    [InlineData(" a ", "%20a%20")]
    [InlineData("a\r\nb", "a%0D%0Ab")]
    [InlineData("ä~\u007f", "%C3%A4~%7F")]
    public void A_message_is_percent_encoded(string text, string expected)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] into = new byte[3 * utf8.Length];
        int length = GrpcMessageText.Write(utf8, into);
        Assert.Equal(expected, Encoding.ASCII.GetString(into, 0, length));
    }

    [Fact]
    public void Whatever_the_bytes_the_message_fits_and_is_a_valid_value_of_a_field()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        byte[] into = new byte[GrpcMessageText.LengthMax];
        for (int i = 0; i < 1000; i++)
        {
            byte[] text = new byte[random.Next(2 * GrpcMessageText.TextBytesMax)];
            random.NextBytes(text);
            int length = GrpcMessageText.Write(text, into);
            Assert.True(new HeaderBlock().TryAdd("grpc-message"u8, into.AsSpan(0, length)), $"seed {seed}, round {i}");
            byte[] plain = Unescaped(into.AsSpan(0, length));
            Assert.True(text.AsSpan().StartsWith(plain), $"seed {seed}, round {i}");
            Assert.InRange(plain.Length, Math.Min(text.Length, GrpcMessageText.TextBytesMax - 3), GrpcMessageText.TextBytesMax);
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("ä")]
    [InlineData("€")]
    [InlineData("😀")]
    public void A_message_is_cut_between_characters(string character)
    {
        byte[] into = new byte[GrpcMessageText.LengthMax];
        for (int before = 0; before < 4; before++)
        {
            string text = new string('.', before) + string.Concat(Enumerable.Repeat(character, 2000));
            byte[] plain = Unescaped(into.AsSpan(0, GrpcMessageText.Write(Encoding.UTF8.GetBytes(text), into)));
            Assert.StartsWith(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(plain), text, StringComparison.Ordinal);
        }
    }

    private static byte[] Unescaped(ReadOnlySpan<byte> encoded)
    {
        List<byte> plain = [];
        for (int i = 0; i < encoded.Length; i++)
        {
            plain.Add(encoded[i] == '%' ? Convert.FromHexString(encoded.Slice(i + 1, 2))[0] : encoded[i]);
            i += encoded[i] == '%' ? 2 : 0;
        }
        return [.. plain];
    }

    [Theory]
    [InlineData("application/grpc", true)]
    [InlineData("Application/GRPC+proto", true)]
    [InlineData("application/grpc; charset=utf-8", true)]
    [InlineData("application/grpc-web", false)]
    [InlineData("application/grpc-web-text+proto", false)]
    [InlineData("application/grpcs", false)]
    [InlineData("application/gr", false)]
    [InlineData("text/plain", false)]
    public void A_call_is_known_by_its_content_type(string type, bool isGrpc)
    {
        HeaderBlock headers = new();
        headers.Add("content-type"u8, Encoding.ASCII.GetBytes(type));
        Assert.Equal(isGrpc, GrpcHeaders.IsGrpc(headers));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("14", 14)]
    [InlineData("1234", 1234)]
    [InlineData("", null)]
    [InlineData("-1", null)]
    [InlineData("+1", null)]
    [InlineData("1x", null)]
    [InlineData("99999999999", null)]
    public void A_status_is_digits_alone(string text, int? status)
    {
        HeaderBlock headers = new();
        headers.Add("grpc-status"u8, Encoding.ASCII.GetBytes(text));
        Assert.Equal(status, GrpcHeaders.StatusOf(headers));
    }

    [Fact]
    public void What_a_server_failed_at_is_500_or_above_and_nothing_else_is()
    {
        GrpcStatus[] failures =
        [
            GrpcStatus.Unknown, GrpcStatus.DeadlineExceeded, GrpcStatus.Unimplemented, GrpcStatus.Internal,
            GrpcStatus.Unavailable, GrpcStatus.DataLoss,
        ];
        foreach (GrpcStatus status in Enum.GetValues<GrpcStatus>())
        {
            Assert.Equal(failures.Contains(status), GrpcStatuses.HttpOf((int)status) >= 500);
            Assert.Equal($"{(int)status}", Encoding.ASCII.GetString(GrpcStatuses.TextOf(status)));
            Assert.Equal(status, Enum.Parse<GrpcStatus>(GrpcStatuses.NameOf((int)status)!.Replace("_", ""), ignoreCase: true));
        }
        Assert.Null(GrpcStatuses.NameOf(GrpcStatuses.Count));
        Assert.Null(GrpcStatuses.NameOf(-1));
    }
}
