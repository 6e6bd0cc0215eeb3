namespace Mosn.Transport.Loops;

/// <summary>The control side's way onto a loop.</summary>
public static class EventLoopTasks
{
    /// <summary>
    /// Runs <paramref name="work"/> on the loop, and completes off it with its outcome, exceptions included. On the loop
    /// itself it runs at once. Not for the data path.
    /// </summary>
    public static Task RunAsync(this EventLoop loop, Action work)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Run(object? state)
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        }

        if (loop.IsCurrent)
        {
            Run(null);
        }
        else
        {
            loop.Post(Run, null);
        }
        return done.Task;
    }
}
