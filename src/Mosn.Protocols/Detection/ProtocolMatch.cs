namespace Mosn.Protocols.Detection;

/// <summary>What the first bytes of a connection say about one protocol.</summary>
public enum ProtocolMatch : byte
{
    /// <summary>They cannot become it.</summary>
    No,

    /// <summary>They are it.</summary>
    Yes,

    /// <summary>They may become it.</summary>
    More,
}
