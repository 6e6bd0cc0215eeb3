using System.Runtime.InteropServices;
using Mosn.Transport.Interop;

namespace Mosn.Proxy.Server;

/// <summary>
/// Takes the process's signals for as long as it lives; afterwards they do again what the system does with them. The
/// handler runs on a thread of the pool, never on an event loop, and may run for two signals at the same time.
/// </summary>
public sealed class ProcessSignals : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    public ProcessSignals(Action<ProcessSignal> onSignal)
    {
        Take(PosixSignal.SIGHUP, ProcessSignal.HangUp);
        Take(PosixSignal.SIGINT, ProcessSignal.Interrupt);
        Take(PosixSignal.SIGQUIT, ProcessSignal.Quit);
        Take(PosixSignal.SIGTERM, ProcessSignal.Terminate);
        Take((PosixSignal)(int)ProcessSignal.User1, ProcessSignal.User1); // The enum has no name for it; raw works.

        void Take(PosixSignal posix, ProcessSignal signal)
        {
            _registrations.Add(PosixSignalRegistration.Create(posix, context =>
            {
                context.Cancel = true; // Otherwise the runtime goes on to end the process.
                onSignal(signal);
            }));
        }
    }

    /// <summary>
    /// Makes signals count that this process was born ignoring. Must come before anything else in Main: the runtime
    /// looks once, with the first use of the console, and never installs a handler for a signal ignored at that time.
    /// </summary>
    public static void StopIgnoring()
    {
        foreach (ProcessSignal signal in Enum.GetValues<ProcessSignal>())
        {
            Signals.StopIgnoring((int)signal);
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }
}
