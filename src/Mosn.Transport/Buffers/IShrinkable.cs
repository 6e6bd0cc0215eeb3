namespace Mosn.Transport.Buffers;

/// <summary>A pool that may hold more than is needed, since it was busier once than it is now. Belongs to a loop.</summary>
public interface IShrinkable
{
    /// <summary>True while there is so little in it that it need not be looked at; it asks again when there is more.</summary>
    bool IsSmall { get; }

    /// <summary>What nobody has needed since the last call.</summary>
    SurplusBytes Look();

    /// <summary>Lets go of what the last <see cref="Look"/> found, but for what was needed meanwhile.</summary>
    void LetGo();
}
