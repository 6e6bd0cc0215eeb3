using System.Xml.Linq;

namespace Mosn.Tests.Repo;

/// <summary>Rules about the code base itself, held like any other behaviour.</summary>
public class TidyTests
{
    private static readonly string Root = FindRoot();

    /// <summary>What each product project may reference; a boundary that a project file opens is none.</summary>
    private static readonly Dictionary<string, string[]> ProjectReferences = new(StringComparer.Ordinal)
    {
        ["Mosn.Transport"] = [],
        ["Mosn.Protocols"] = [],
        ["Mosn.Proxy"] = ["Mosn.Transport", "Mosn.Protocols"],
        ["Mosn.Xds"] = ["Mosn.Proxy"],
        ["Mosn.Cli"] = ["Mosn.Transport", "Mosn.Protocols", "Mosn.Proxy", "Mosn.Xds"],
    };

    [Fact]
    public void Every_source_file_keeps_the_rules()
    {
        string[] files = [.. SourceFiles("src"), .. SourceFiles("test")];
        Assert.True(files.Length > 50, $"only {files.Length} files found below {Root}");
        string[] problems =
            [.. files.SelectMany(path => SourceScan.Problems(path, File.ReadAllText(Path.Combine(Root, path))))];
        Assert.True(problems.Length == 0, string.Join('\n', problems));
    }

    [Fact]
    public void Projects_reference_downwards_only()
    {
        foreach ((string project, string[] allowed) in ProjectReferences)
        {
            string[] references =
            [
                .. XDocument.Load(Path.Combine(Root, $"src/{project}/{project}.csproj")).Descendants("ProjectReference")
                    .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)),
            ];
            Assert.True(references.All(allowed.Contains), $"{project} references {string.Join(", ", references)}");
        }
        Assert.Equal(
            ProjectReferences.Keys.Order(StringComparer.Ordinal),
            Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
                .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_transport_compiles_unsafe_code() =>
        Assert.Equal(
            ["Mosn.Transport"],
            ProjectReferences.Keys.Where(project => File
                .ReadAllText(Path.Combine(Root, $"src/{project}/{project}.csproj"))
                .Contains("<AllowUnsafeBlocks>true", StringComparison.Ordinal)));

    [Theory]
    [InlineData("src/Mosn.Proxy/Config/A.cs", "using Mosn.Proxy.Upstream;", "no arrow from Config to Upstream")]
    [InlineData("src/Mosn.Proxy/Upstream/A.cs", "Mosn.Proxy.Routing.X x;", "no arrow from Upstream to Routing")]
    [InlineData("src/Mosn.Proxy/Network/A.cs", "using Mosn.Proxy.Server;", "no arrow from Network to Server")]
    [InlineData("src/Mosn.Proxy/Odd/A.cs", "using Mosn.Proxy.Config;", "Odd has no arrows")]
    [InlineData("src/Mosn.Proxy/Server/A.cs", "using Mosn.Xds;", "must not use Mosn.Xds")]
    [InlineData("src/Mosn.Protocols/Http1/A.cs", "using Mosn.Transport.Buffers;", "must not use Mosn.Transport")]
    [InlineData("src/Mosn.Transport/Loops/A.cs", "global using Mosn.Protocols;", "must not use Mosn.Protocols")]
    [InlineData("src/Mosn.Proxy/Config/A.cs", "namespace Mosn.Proxy.Routing;", "its folder says Mosn.Proxy.Config")]
    [InlineData("src/Mosn.Proxy/A/B/C.cs", "", "deeper than")]
    [InlineData("src/Mosn.Proxy/Config/A.cs", "unsafe { }", "unsafe code")]
    [InlineData("src/Mosn.Xds/A.cs", "[LibraryImport(\"libc\")]", "unsafe code")]
    [InlineData("src/Mosn.Xds/A.cs", "// TO" + "DO: later", "unfinished")]
    [InlineData("test/Mosn.Tests/A.cs", "// FIX" + "ME", "unfinished")]
    public void A_violation_is_found(string path, string line, string problem) =>
        Assert.Contains(problem, Assert.Single(SourceScan.Problems(path, line)), StringComparison.Ordinal);

    [Fact]
    public void A_long_file_and_a_wide_line_are_found()
    {
        Assert.Single(SourceScan.Problems("test/Mosn.Tests/A.cs", new string('\n', 600)));
        Assert.Single(SourceScan.Problems("test/Mosn.Tests/A.cs", new string('x', 141)));
        Assert.Empty(SourceScan.Problems("test/Mosn.Tests/A.cs", new string('\n', 599) + new string('x', 140)));
    }

    [Theory]
    [InlineData("src/Mosn.Proxy/Filters/A.cs", "using Mosn.Proxy.Streams;")]
    [InlineData("src/Mosn.Proxy/Config/A.cs", "namespace Mosn.Proxy.Config;")]
    [InlineData("src/Mosn.Proxy/Config/A.cs", "/// <see cref=\"Mosn.Proxy.Server.Lifecycle\"/>")]
    [InlineData("src/Mosn.Proxy/Config/A.cs", "// nothing unsafe here")]
    [InlineData("src/Mosn.Transport/Interop/A.cs", "unsafe { }")]
    [InlineData("src/Mosn.Xds/A.cs", "string toDoList; // a to-do list")]
    public void What_keeps_the_rules_passes(string path, string line) =>
        Assert.Empty(SourceScan.Problems(path, line));

    private static IEnumerable<string> SourceFiles(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)
                && !path.Contains("/bin/", StringComparison.Ordinal)
                && !path.Contains("/node_modules/", StringComparison.Ordinal));

    // Not [CallerFilePath]: a deterministic build writes other paths into it.
    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Mosn.slnx")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new InvalidOperationException("the tests do not lie in the repository");
    }
}
