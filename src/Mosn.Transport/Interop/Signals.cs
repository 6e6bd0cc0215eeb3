using System.Runtime.InteropServices;

namespace Mosn.Transport.Interop;

/// <summary>Sends signals to other processes; .NET itself can only kill.</summary>
public static partial class Signals
{
    /// <param name="signal">The number as Linux has it, e.g. 15 for SIGTERM.</param>
    /// <param name="errorMessage">The system's words, e.g. "Operation not permitted"; empty on success.</param>
    public static bool TrySend(int pid, int signal, out string errorMessage)
    {
        if (Kill(pid, signal) == 0)
        {
            errorMessage = "";
            return true;
        }
        errorMessage = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        return false;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
