namespace Mosn.Proxy.Server;

/// <summary>What the process tells whoever started it. Listed in <c>mosn --help</c> and docs/cli.md.</summary>
public enum ExitCode
{
    /// <summary>Done; a stop that somebody asked for is a success.</summary>
    Success = 0,

    /// <summary>The configuration is wrong, a port is taken, the process to stop is not there.</summary>
    Failure = 1,

    /// <summary>The command line was not understood; nothing was done.</summary>
    Usage = 2,

    /// <summary>Stopped, but a drain or a stop step failed: something may have been cut off.</summary>
    UncleanStop = 4,

    /// <summary>A bug of ours (the number is EX_SOFTWARE of sysexits.h).</summary>
    Bug = 70,
}
