using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Mosn.Transport.Interop;

/// <summary>Turns the failure of a call that should not fail, or that a user must hear of, into an exception.</summary>
internal static class SystemError
{
    internal static int Check(int result, string call)
    {
        if (result < 0)
        {
            Throw(call);
        }
        return result;
    }

    [DoesNotReturn]
    internal static void Throw(string what)
    {
        int error = Marshal.GetLastPInvokeError();
        throw new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(error)} (error {error})", error);
    }
}
