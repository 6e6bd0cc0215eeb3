using System.Runtime.CompilerServices;
using Mosn.Transport.Interop;

namespace Mosn.Tests.Transport;

public sealed class PeakMemoryTests
{
    [Fact]
    public void Garbage_that_has_grown_old_is_collected_if_that_is_asked_for()
    {
        WeakReference old = Old();
        PeakMemory.Release(collects: false);
        PeakMemory.Release(collects: true);
        Assert.False(old.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Old()
        {
            byte[] item = new byte[1000];
            GC.Collect();
            GC.Collect();
            return new WeakReference(item);
        }
    }
}
