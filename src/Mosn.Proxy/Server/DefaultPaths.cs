namespace Mosn.Proxy.Server;

/// <summary>
/// Where files lie that the configuration does not name. All follow from the place of the configuration file: for
/// <c>/x/conf/mosn.json</c> the base is <c>/x</c>, logs go to <c>/x/logs</c>.
/// </summary>
/// <param name="ConfigDirectory">Absolute.</param>
/// <param name="LogDirectory">Absolute; may not exist yet.</param>
/// <param name="UnixSocketDirectory">For a hot upgrade: as configured, else beside the file.</param>
public sealed record DefaultPaths(string ConfigDirectory, string LogDirectory, string UnixSocketDirectory)
{
    private const string FixedBase = "/home/admin/mosn";

    public string MainLog => Path.Combine(LogDirectory, "mosn.log");

    public string PidFile => Path.Combine(LogDirectory, "mosn.pid");

    public string ReconfigureSocket => Path.Combine(UnixSocketDirectory, "reconfig.sock");

    public string ListenSocket => Path.Combine(UnixSocketDirectory, "listen.sock");

    public string ConnectionSocket => Path.Combine(UnixSocketDirectory, "conn.sock");

    public string ConfigSocket => Path.Combine(UnixSocketDirectory, "mosnconfig.sock");

    /// <summary>The paths for a configuration file.</summary>
    /// <param name="configFile">
    /// May be relative. When it is empty, or lies in the root or in a directory directly below it, there is no
    /// sensible base beside it and MOSN's fixed one is taken.
    /// </param>
    /// <param name="unixSocketDirectory">The configured <c>uds_dir</c>; empty when there is none.</param>
    public static DefaultPaths For(string configFile, string unixSocketDirectory = "")
    {
        string config = Path.Combine(FixedBase, "conf");
        string logs = Path.Combine(FixedBase, "logs");
        if (configFile.Length > 0
            && Path.GetDirectoryName(Path.GetFullPath(configFile)) is { } directory
            && Path.GetDirectoryName(directory) is { Length: > 1 } basePath)
        {
            config = directory;
            logs = Path.Combine(basePath, "logs");
        }
        string sockets = unixSocketDirectory.Length > 0 ? Normalise(unixSocketDirectory) : config;
        return new DefaultPaths(config, logs, sockets);
    }

    /// <summary>The paths of a process that runs without a configuration file: all below one directory.</summary>
    public static DefaultPaths Below(string directory) =>
        new(Path.Combine(directory, "conf"), Path.Combine(directory, "logs"), Path.Combine(directory, "conf"));

    /// <summary>Makes the three directories (mode 0755 as far as the umask allows) where they do not exist.</summary>
    /// <exception cref="StartException">One of them cannot be made.</exception>
    public void Create()
    {
        foreach (string directory in (string[])[ConfigDirectory, LogDirectory, UnixSocketDirectory])
        {
            try
            {
                Directory.CreateDirectory(directory);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new StartException($"cannot make the directory {directory}: {e.Message}", e);
            }
        }
    }

    private static string Normalise(string directory)
    {
        string full = Path.GetFullPath(directory); // Also folds doubled slashes.
        return full.Length > 1 ? full.TrimEnd('/') : full;
    }
}
