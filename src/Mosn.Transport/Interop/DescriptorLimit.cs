namespace Mosn.Transport.Interop;

/// <summary>How many descriptors the process may have open.</summary>
public static unsafe class DescriptorLimit
{
    private const int RLIMIT_NOFILE = 7;

    /// <summary>
    /// Raises the soft limit to the hard one: a proxy needs two descriptors for each client, and the soft limit of most
    /// systems is there for programs that use select(2).
    /// </summary>
    /// <returns>The limit that holds from now on.</returns>
    public static long Raise()
    {
        ulong* limits = stackalloc ulong[2];
        if (Libc.GetLimit(RLIMIT_NOFILE, limits) < 0)
        {
            return 1024;
        }
        if (limits[0] < limits[1])
        {
            ulong soft = limits[0];
            limits[0] = limits[1];
            if (Libc.SetLimit(RLIMIT_NOFILE, limits) < 0)
            {
                limits[0] = soft;
            }
        }
        return (long)Math.Min(limits[0], int.MaxValue);
    }
}
