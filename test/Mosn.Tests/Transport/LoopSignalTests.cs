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
        long allocated = -1;
        int rounds = 0;
        while (allocated != 0 && rounds < 100) // A collection on another thread can fall into a round.
        {
            rounds++;
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000; i++)
            {
                signal.Set();
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal((0, rounds * 1_000, 0), (allocated, passes, strays));

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

    [Fact]
    public async Task A_wait_on_a_loop_carries_no_context_along()
    {
        await using EpollWorld world = new();
        Assert.True(await world.On(ExecutionContext.IsFlowSuppressed));
    }
}
