using System.Runtime.InteropServices;

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

        void Take(PosixSignal posix, ProcessSignal signal) =>
            _registrations.Add(PosixSignalRegistration.Create(posix, context =>
            {
                context.Cancel = true; // Otherwise the runtime goes on to end the process.
                onSignal(signal);
            }));
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }
}
