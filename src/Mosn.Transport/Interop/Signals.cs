using System.Runtime.InteropServices;

namespace Mosn.Transport.Interop;

/// <summary>What .NET lacks about signals: sending one to another process, and taking one that was ignored.</summary>
public static unsafe partial class Signals
{
    private const nint Default = 0, Ignored = 1;

    // struct sigaction is 152 bytes on 64-bit Linux; its first field is the handler.
    private const int ActionLength = 256;

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

    /// <summary>
    /// Gives a signal that this process was born ignoring its default meaning. A shell starts background commands with
    /// SIGINT ignored, nohup with SIGHUP, and .NET respects that without a word.
    /// </summary>
    public static void StopIgnoring(int signal)
    {
        byte* action = stackalloc byte[ActionLength];
        if (ReadAction(signal, null, action) == 0 && *(nint*)action == Ignored)
        {
            _ = SetHandler(signal, Default);
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int ReadAction(int signal, byte* newAction, byte* oldAction);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
