using Mosn.Proxy.Server;

namespace Mosn.Tests.Server;

public sealed class PidFileTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mosn-pid").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void It_holds_the_number_and_a_line_end()
    {
        string path = Path.Combine(_root, "new/deep/mosn.pid");
        PidFile file = PidFile.Write(path, fallback: "", 4711);
        Assert.Equal("4711\n", File.ReadAllText(path));
        Assert.Equal(4711, PidFile.Read(path));

        file.Remove();
        Assert.False(File.Exists(path));
        file.Remove(); // Somebody was faster: no harm.
    }

    [Fact]
    public void Another_process_s_number_is_not_removed()
    {
        string path = Path.Combine(_root, "mosn.pid");
        PidFile mine = PidFile.Write("", path, 1);
        PidFile.Write("", path, 2);
        mine.Remove();
        Assert.Equal(2, PidFile.Read(path));
    }

    [Fact]
    public void A_directory_that_cannot_be_made_gives_way_to_the_default()
    {
        File.WriteAllText(Path.Combine(_root, "file"), "");
        string fallback = Path.Combine(_root, "mosn.pid");
        Assert.Equal(fallback, PidFile.Write(Path.Combine(_root, "file/mosn.pid"), fallback, 7).FilePath);
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_told()
    {
        StartException error = Assert.Throws<StartException>(() => PidFile.Write("", _root, 7));
        Assert.Contains(_root, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("-5")]
    [InlineData("0")]
    [InlineData("99999999999999")]
    public void Nonsense_is_no_number(string content)
    {
        string path = Path.Combine(_root, "bad.pid");
        File.WriteAllText(path, content);
        Assert.Null(PidFile.Read(path));
        Assert.Null(PidFile.Read(Path.Combine(_root, "absent.pid")));
    }
}
