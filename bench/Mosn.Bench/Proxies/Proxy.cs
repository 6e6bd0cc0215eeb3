namespace Mosn.Bench.Proxies;

/// <summary>A proxy under test: where it is, and how it is told what to do.</summary>
public abstract class Proxy(string name)
{
    /// <summary>As the tables and --proxy name it.</summary>
    public string Name => name;

    /// <summary>The one that the targets speak of.</summary>
    public virtual bool IsShippedForm => false;

    /// <summary>Tiered compilation on one core needs seconds of load before its figures are steady.</summary>
    public virtual bool IsJustInTime => false;

    /// <summary>Why it cannot be measured here, or null when it can.</summary>
    public abstract string? Problem();

    /// <summary>Its version as it tells it; called only when there is no problem.</summary>
    public abstract string Version();

    /// <summary>Writes the configuration and returns the command that runs the proxy in the foreground.</summary>
    public abstract IReadOnlyList<string> Configure(ProxySetup setup);

    /// <summary>The full path of a program, or null when it is not installed.</summary>
    internal static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/usr/local/sbin").Split(':')
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
