using Mosn.Protocols;
using Mosn.Protocols.Grpc;

namespace Mosn.Tests.Protocols.Grpc;

public sealed class GrpcWebTrailersTests
{
    [Fact]
    public void Trailers_become_a_frame_with_names_in_lower_case()
    {
        HeaderBlock trailers = new();
        trailers.Add("Grpc-Status"u8, "0"u8);
        trailers.Add("x-Trace-BIN"u8, "AAE"u8);
        byte[] room = new byte[GrpcWebTrailers.LengthMax(trailers)];
        int length = GrpcWebTrailers.Write(trailers, room);
        Assert.Equal([0x80, 0, 0, 0, 32, .. "grpc-status:0\r\nx-trace-bin:AAE\r\n"u8], room[..length]);
    }

    [Fact]
    public void Without_trailers_the_frame_is_empty()
    {
        byte[] room = new byte[GrpcWebTrailers.LengthMax(new HeaderBlock())];
        Assert.Equal(5, GrpcWebTrailers.Write(new HeaderBlock(), room));
        Assert.Equal([0x80, 0, 0, 0, 0], room[..5]);
    }
}
