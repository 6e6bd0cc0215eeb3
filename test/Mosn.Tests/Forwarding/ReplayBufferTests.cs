using Mosn.Proxy.Forwarding;
using Mosn.Transport.Buffers;

namespace Mosn.Tests.Forwarding;

public class ReplayBufferTests
{
    [Fact]
    public void What_is_kept_of_a_body_is_given_back_when_it_becomes_too_large()
    {
        using BufferPool pool = new();
        ReplayBuffer kept = new();
        kept.Start(pool, bytesMax: 100_000);
        Assert.True(kept.TryAppend(new byte[60_000]));
        Assert.Equal(4, pool.RentedCount);
        Assert.False(kept.TryAppend(new byte[60_000]));
        Assert.False(kept.TryAppend(new byte[1]));
        Assert.Equal((0, 0, false), (pool.RentedCount, kept.Length, kept.IsKeeping));
    }
}
