using System.Reflection;
using Mosn.Proxy.Config;
using Mosn.Proxy.Server;

namespace Mosn.Cli;

/// <summary>Where the configuration of a command comes from, and the files that follow from that.</summary>
internal sealed class ConfigOrigin
{
    private const string MosnDefaultFile = "configs/mosn_config.json";
    private const string BuiltInName = "built-in configuration";

    private readonly CliContext _context;

    private ConfigOrigin(string? file, CliContext context)
    {
        FilePath = file;
        _context = context;
    }

    /// <summary>Absolute; null for the configuration that is built in.</summary>
    public string? FilePath { get; }

    /// <summary>As messages call it.</summary>
    public string Name => FilePath ?? BuiltInName;

    /// <summary>The given file, else MOSN's default one if it exists, else the built-in configuration.</summary>
    public static ConfigOrigin Choose(string given, CliContext context)
    {
        string? file = given.Length > 0 ? given : File.Exists(MosnDefaultFile) ? MosnDefaultFile : null;
        return new ConfigOrigin(file is null ? null : Path.GetFullPath(file), context);
    }

    public ConfigLoadResult Load(bool isStrict)
    {
        ConfigLoadOptions options = _context.Extensions.ReadOptions with { IsStrict = isStrict };
        return FilePath is null
            ? ConfigLoader.LoadText(BuiltInText(), ConfigFormat.Json, BuiltInName, options)
            : ConfigLoader.Load(FilePath, options);
    }

    public DefaultPaths Paths(MosnConfig config) => FilePath is null
        ? DefaultPaths.Below(StateDirectory())
        : DefaultPaths.For(FilePath, config.UdsDir);

    /// <summary>The pid file of a process that was started with this configuration.</summary>
    public string PidFileOfRunning()
    {
        // What is wrong elsewhere in the file does not matter for finding the process.
        MosnConfig config = Load(isStrict: false).Config ?? new MosnConfig();
        return config.Pid.Length > 0 ? Path.GetFullPath(config.Pid) : Paths(config).PidFile;
    }

    private static byte[] BuiltInText()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Mosn.Cli.default.json")
            ?? throw new InvalidOperationException("default.json is not embedded");
        byte[] text = new byte[stream.Length];
        stream.ReadExactly(text);
        return text;
    }

    /// <summary>A place of the user's own, for a process that was given no file to put its own beside.</summary>
    private string StateDirectory()
    {
        if (_context.Environment("XDG_STATE_HOME") is { Length: > 0 } state)
        {
            return Path.Combine(state, "mosn");
        }
        return _context.Environment("HOME") is { Length: > 1 } home
            ? Path.Combine(home, ".local/state/mosn")
            : Path.Combine(Path.GetTempPath(), $"mosn-{Environment.UserName}");
    }
}
