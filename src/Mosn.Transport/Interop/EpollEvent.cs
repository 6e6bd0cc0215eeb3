using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mosn.Transport.Interop;

/// <summary>
/// struct epoll_event: packed to 12 bytes on x86-64, 16 elsewhere, so it is read through its offset.
/// </summary>
internal static unsafe class EpollEvent
{
    /// <summary>Bytes from one event of an array to the next.</summary>
    internal static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private static readonly int DataOffset = Stride - sizeof(ulong);

    internal static uint Events(byte* item) => Unsafe.ReadUnaligned<uint>(item);

    internal static ulong Data(byte* item) => Unsafe.ReadUnaligned<ulong>(item + DataOffset);

    internal static void Write(byte* item, uint events, ulong data)
    {
        Unsafe.WriteUnaligned(item, events);
        Unsafe.WriteUnaligned(item + DataOffset, data);
    }
}
