namespace Mosn.Proxy.Observability;

/// <summary>Where lines go. Used by one thread at a time.</summary>
internal interface ILogOutput : IDisposable
{
    /// <summary>Writes whole lines, each with its line end.</summary>
    /// <exception cref="IOException">
    /// They could not be written, or not all of them; they are not to be tried again.
    /// </exception>
    void Write(ReadOnlySpan<byte> lines);

    /// <summary>
    /// Opens the output anew, so that a file renamed by others is let go. A failure keeps the old one.
    /// </summary>
    /// <exception cref="IOException">It could not be opened.</exception>
    void Reopen();

    /// <summary>Does what is due even if nobody writes: called at least once a minute.</summary>
    void Tick();
}
