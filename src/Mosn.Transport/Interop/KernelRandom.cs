namespace Mosn.Transport.Interop;

/// <summary>Numbers that nobody can guess, from the kernel: getrandom(2).</summary>
/// <remarks>
/// .NET's RandomNumberGenerator would load OpenSSL for it, which is 0.9 MB and 2 ms of a start that uses no TLS.
/// </remarks>
public static unsafe class KernelRandom
{
    /// <summary>64 random bits. May wait, while the machine itself starts.</summary>
    public static ulong NextUInt64()
    {
        ulong bits;
        while (Libc.GetRandom(&bits, sizeof(ulong), flags: 0) != sizeof(ulong))
        {
            // Interrupted by a signal: the only way in which so short a request can fail.
        }
        return bits;
    }
}
