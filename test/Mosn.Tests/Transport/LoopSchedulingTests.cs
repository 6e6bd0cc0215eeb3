using Mosn.Transport.Interop;
using Mosn.Transport.Sockets;

namespace Mosn.Tests.Transport;

/// <summary>How the system schedules the threads of loops.</summary>
public class LoopSchedulingTests
{
    [Theory]
    [InlineData(true, Libc.SCHED_BATCH)]
    [InlineData(false, Libc.SCHED_OTHER)]
    public async Task A_loop_is_a_batch_task_if_it_is_to_be_one(bool isBatch, int policy)
    {
        TaskCompletionSource<int> seen = new();
        EpollLoop loop = new(0, seen.SetException, isBatch: isBatch);
        loop.Post(_ => seen.SetResult(Libc.GetScheduler(0)), state: null);
        loop.Start();
        Assert.Equal(policy, await seen.Task.WaitAsync(TimeSpan.FromSeconds(10)));
        await loop.StopAsync();
        loop.Dispose();
    }
}
