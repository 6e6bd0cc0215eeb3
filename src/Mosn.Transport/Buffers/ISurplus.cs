namespace Mosn.Transport.Buffers;

/// <summary>A pool that may hold more than is needed, since it was busier once than it is now. Belongs to a loop.</summary>
public interface ISurplus
{
    /// <summary>
    /// Lets go of what nobody has needed since the last call. Called now and then once the pool has asked for it.
    /// </summary>
    /// <param name="released">What has been let go is added to it.</param>
    /// <returns>False: little is left, and the pool asks again when there is more.</returns>
    bool Release(ref ReleasedBytes released);
}
