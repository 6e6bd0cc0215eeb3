namespace Mosn.Proxy.Config;

/// <summary>Bounds on what a configuration file may be.</summary>
internal static class NodeLimits
{
    /// <summary>Bytes of one file. A hundred thousand clusters with ten hosts each take about 100 MB.</summary>
    public const int FileBytesMax = 256 * 1024 * 1024;

    /// <summary>Objects and lists within one another.</summary>
    public const int DepthMax = 64;

    /// <summary>Values that YAML aliases may repeat in one file.</summary>
    public const int AliasNodesMax = 1_000_000;

    /// <summary>Files that a dynamic directory may hold.</summary>
    public const int DirectoryFilesMax = 200_000;
}
