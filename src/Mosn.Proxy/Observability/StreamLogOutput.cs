namespace Mosn.Proxy.Observability;

/// <summary>Standard output or standard error. Does not rotate, and stays what it is when logs are reopened.</summary>
internal sealed class StreamLogOutput(Stream stream) : ILogOutput
{
    public void Write(ReadOnlySpan<byte> lines)
    {
        stream.Write(lines);
        stream.Flush();
    }

    public void Reopen()
    {
        // There is no name under which to find it again.
    }

    public void Tick()
    {
        // Nothing is ever due.
    }

    public void Dispose()
    {
        // The stream belongs to the process.
    }
}
