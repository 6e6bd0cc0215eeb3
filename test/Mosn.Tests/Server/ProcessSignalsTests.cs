using Mosn.Proxy.Server;
using Mosn.Transport.Interop;

namespace Mosn.Tests.Server;

public class ProcessSignalsTests
{
    // TERM, INT and QUIT are left out: the test runner listens to them too.
    [Theory]
    [InlineData(ProcessSignal.User1)]
    [InlineData(ProcessSignal.HangUp)]
    public async Task A_signal_to_this_process_reaches_the_handler(ProcessSignal signal)
    {
        TaskCompletionSource<ProcessSignal> heard = new();
        using ProcessSignals signals = new(heard.SetResult);

        Assert.True(Signals.TrySend(Environment.ProcessId, (int)signal, out string error), error);

        Assert.Equal(signal, await heard.Task);
    }

    [Fact]
    public void A_signal_to_nobody_is_refused_with_the_system_s_words()
    {
        Assert.False(Signals.TrySend(int.MaxValue, 0, out string error));
        Assert.Contains("process", error, StringComparison.OrdinalIgnoreCase);
    }
}
