namespace Mosn.EndToEnd;

/// <summary>Waiting for what other processes do: until it is so, and not for ever.</summary>
internal static class Wait
{
    /// <summary>Generous: on a loaded machine everything takes ten times as long.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    /// <summary>Asks again and again until the answer is yes.</summary>
    public static async Task UntilAsync(Func<bool> condition, Func<string> whatIs)
    {
        using CancellationTokenSource limit = new(Max);
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, whatIs());
            await Task.Delay(Poll);
        }
    }

    /// <summary>Asks again and again until the answer is yes.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> whatIs)
    {
        using CancellationTokenSource limit = new(Max);
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, whatIs());
            await Task.Delay(Poll);
        }
    }
}
