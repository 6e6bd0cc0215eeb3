using System.Text;

namespace Mosn.Bench.Reporting;

/// <summary>A Markdown table whose columns are also aligned for a terminal.</summary>
public sealed class TextTable(params IReadOnlyList<string> head)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    public void Add(params IReadOnlyList<string> cells) => _rows.Add(cells);

    public override string ToString()
    {
        int[] widths = [.. head.Select((title, i) => _rows.Select(row => row[i].Length).Append(title.Length).Max())];
        StringBuilder text = new();
        AppendRow(text, head, widths);
        text.Append('|').AppendJoin("|", widths.Select(width => ' ' + new string('-', width) + ' ')).Append("|\n");
        _rows.ForEach(row => AppendRow(text, row, widths));
        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, IReadOnlyList<string> cells, int[] widths) =>
        text.Append('|').AppendJoin("|", cells.Select((cell, i) => $" {cell.PadRight(widths[i])} ")).Append("|\n");
}
