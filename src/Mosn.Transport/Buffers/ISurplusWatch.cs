namespace Mosn.Transport.Buffers;

/// <summary>Calls pools that hold much, until they hold little.</summary>
public interface ISurplusWatch
{
    /// <summary>Calls <see cref="ISurplus.Release"/> of <paramref name="pool"/> until it returns false.</summary>
    void Watch(ISurplus pool);
}
