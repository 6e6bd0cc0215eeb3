using Mosn.Transport.Interop;

namespace Mosn.Tests.Transport;

public class StartupMemoryTests
{
    [Fact]
    public void Garbage_is_collected_and_code_comes_back_when_it_is_needed()
    {
        int collections = GC.CollectionCount(GC.MaxGeneration);

        Assert.True(StartupMemory.Release() > 1024 * 1024);

        Assert.True(GC.CollectionCount(GC.MaxGeneration) > collections || GC.GetTotalMemory(false) > 16 * 1024 * 1024);
        Assert.Equal(499_500, Enumerable.Range(0, 1000).Sum());
    }
}
