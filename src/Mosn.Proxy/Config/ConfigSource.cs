namespace Mosn.Proxy.Config;

/// <summary>One file that was read; keeps its text so that a problem can show the line it is about.</summary>
internal sealed class ConfigSource(string file, string text)
{
    private string[]? _lines;

    /// <summary>As messages call it.</summary>
    public string File => file;

    public string Text => text;

    /// <summary>Line <paramref name="number"/>, from 1; null when there is none.</summary>
    public string? LineAt(int number)
    {
        _lines ??= text.ReplaceLineEndings("\n").Split('\n');
        return number >= 1 && number <= _lines.Length ? _lines[number - 1] : null;
    }
}
