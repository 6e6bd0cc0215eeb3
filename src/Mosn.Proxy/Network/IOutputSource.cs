namespace Mosn.Proxy.Network;

/// <summary>
/// Writes to a connection as late as can be: what waits for its turn elsewhere is put in order when the connection can
/// take it, and not before.
/// </summary>
internal interface IOutputSource
{
    /// <summary>Writes while the connection is writable. True: there is more that could be sent.</summary>
    bool Fill();

    /// <summary>The connection is about to end in order: what is written now is its last.</summary>
    void OnClosing();
}
