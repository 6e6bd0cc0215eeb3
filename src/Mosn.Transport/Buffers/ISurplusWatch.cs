namespace Mosn.Transport.Buffers;

/// <summary>Looks at pools that are not small. An interface since loops know of buffers, and buffers not of loops.</summary>
public interface ISurplusWatch
{
    /// <summary>Looks at <paramref name="pool"/> now and then, until it is small or nobody else refers to it.</summary>
    void Watch(IShrinkable pool);
}
