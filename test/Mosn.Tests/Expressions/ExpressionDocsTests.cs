using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Mosn.Proxy.Expressions;

namespace Mosn.Tests.Expressions;

public partial class ExpressionDocsTests
{
    /// <summary>Every expression of the guide's examples.</summary>
    public static TheoryData<string> Examples() =>
        [.. Expressions().Matches(Guide()).Select(match => match.Groups[1].Value.Replace("\\\"", "\"", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_of_the_guide_compiles(string source) => Evaluating.Compile(source, ExpressionType.Bool);

    [Fact]
    public void The_guide_names_every_function()
    {
        string guide = Guide();
        Assert.All(FunctionTable.Names, name => Assert.Matches($@"[`.\s]{name}[`(]", guide));
    }

    [Fact]
    public void The_guide_names_every_attribute_that_can_have_a_value()
    {
        string guide = Guide();
        foreach (string name in AttributeTable.Names.Where(static name => name != AttributeTable.Context))
        {
            bool isNamed = guide.Contains($"`{name}`", StringComparison.Ordinal);
            bool hasValue = AttributeTests.HasValueWhenFinished(name);
            Assert.True(isNamed == hasValue, $"{name}: named in the guide: {isNamed}, has a value: {hasValue}");
        }
    }

    [GeneratedRegex("\"expression\": \"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Expressions();

    private static string Guide([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/expressions.md"));
}
