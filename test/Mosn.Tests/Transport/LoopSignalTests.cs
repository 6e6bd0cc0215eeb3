using Mosn.Transport.Loops;

namespace Mosn.Tests.Transport;

public class LoopSignalTests
{
    [Fact]
    public void The_waiter_goes_on_inside_the_set_and_allocates_nothing()
    {
        LoopSignal signal = new();
        int passes = 0;
        int strays = 0;
        int thread = Environment.CurrentManagedThreadId;
        _ = Wait();
        for (int i = 0; i < 100; i++)
        {
            signal.Set();
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            signal.Set();
        }
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((0, 10_100, 0), (allocated, passes, strays));

        async Task Wait()
        {
            while (true)
            {
                await signal.WaitAsync();
                passes++;
                strays += Environment.CurrentManagedThreadId == thread ? 0 : 1;
            }
        }
    }

    [Fact]
    public void A_set_before_the_wait_is_kept_once()
    {
        LoopSignal signal = new();
        signal.Set();
        signal.Set();
        Assert.True(signal.WaitAsync().IsCompleted);
        Assert.False(signal.WaitAsync().IsCompleted);
        Assert.True(signal.IsWaiting);
    }

    [Fact]
    public void A_reset_forgets_a_set()
    {
        LoopSignal signal = new();
        signal.Set();
        signal.Reset();
        Assert.False(signal.WaitAsync().IsCompleted);
    }

    [Fact]
    public void Two_waiters_are_a_bug()
    {
        LoopSignal signal = new();
        _ = signal.WaitAsync();
        Assert.ThrowsAny<Exception>(() => _ = signal.WaitAsync());
    }

    [Fact]
    public void A_waiter_may_set_the_signal_it_just_left()
    {
        LoopSignal signal = new();
        int passes = 0;
        _ = Wait();
        signal.Set();
        Assert.Equal(3, passes);

        async Task Wait()
        {
            for (int i = 0; i < 3; i++)
            {
                await signal.WaitAsync();
                passes++;
                signal.Set();
            }
        }
    }
}
