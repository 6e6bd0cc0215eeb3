using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mosn.Transport.Interop;

/// <summary>
/// Files that are only ever appended to. <see cref="FileMode.Append"/> does not set O_APPEND, so that two processes that
/// log to one file, as before and after a hot upgrade, would overwrite each other's lines.
/// </summary>
public static partial class AppendOnlyFile
{
    private const int WriteOnly = 0x1;
    private const int Create = 0x40;
    private const int NoControllingTerminal = 0x100;
    private const int Append = 0x400;
    private const int NonBlocking = 0x800; // A pipe without a reader is an error then, not a thread that hangs.
    private const int CloseOnExec = 0x80000;
    private const int OwnerWritesAllRead = 0b110_100_100;

    /// <summary>
    /// Opens or creates (mode 0644) a file; every write goes to its end, whatever offset is given to
    /// <see cref="RandomAccess"/>.
    /// </summary>
    /// <exception cref="IOException">The path cannot be opened for writing.</exception>
    public static SafeFileHandle Open(string path)
    {
        int descriptor = OpenFile(
            path, WriteOnly | Create | NoControllingTerminal | Append | NonBlocking | CloseOnExec, OwnerWritesAllRead);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags, int mode);
}
