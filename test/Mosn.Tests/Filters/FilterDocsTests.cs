using System.Runtime.CompilerServices;

namespace Mosn.Tests.Filters;

public sealed class FilterDocsTests
{
    /// <summary>Every example of the guide, by the type of its filter.</summary>
    public static TheoryData<string> Examples() =>
        [.. File.ReadAllText(Guide()).Split("```json").Skip(1).Select(part => part.Split("```")[0])];

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_of_the_guide_runs(string filter)
    {
        using FilterWorld world = new(filter);
        Assert.StartsWith("HTTP/1.1 ", world.Get("Origin: https://x\r\n"));
    }

    private static string Guide([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/stream-filters.md");
}
