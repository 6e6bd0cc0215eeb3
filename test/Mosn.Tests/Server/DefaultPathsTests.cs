using Mosn.Proxy.Server;

namespace Mosn.Tests.Server;

public class DefaultPathsTests
{
    [Fact]
    public void Paths_lie_around_the_configuration_file()
    {
        DefaultPaths paths = DefaultPaths.For("/x/conf/f.json");
        Assert.Equal("/x/conf", paths.ConfigDirectory);
        Assert.Equal("/x/logs", paths.LogDirectory);
        Assert.Equal("/x/logs/mosn.log", paths.MainLog);
        Assert.Equal("/x/logs/mosn.pid", paths.PidFile);
        Assert.Equal("/x/conf/reconfig.sock", paths.ReconfigureSocket);
        Assert.Equal("/x/conf/listen.sock", paths.ListenSocket);
        Assert.Equal("/x/conf/conn.sock", paths.ConnectionSocket);
        Assert.Equal("/x/conf/mosnconfig.sock", paths.ConfigSocket);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/f.json")]
    [InlineData("/etc/f.json")]
    public void A_file_without_a_base_beside_it_keeps_the_fixed_paths(string configFile)
    {
        DefaultPaths paths = DefaultPaths.For(configFile);
        Assert.Equal("/home/admin/mosn/conf", paths.ConfigDirectory);
        Assert.Equal("/home/admin/mosn/logs", paths.LogDirectory);
        Assert.Equal("/home/admin/mosn/conf", paths.UnixSocketDirectory);
        Assert.Equal("/s/reconfig.sock", DefaultPaths.For(configFile, "/s").ReconfigureSocket);
    }

    [Theory]
    [InlineData("/x//sock//", "/x/sock/reconfig.sock")]
    [InlineData("/x/sock", "/x/sock/reconfig.sock")]
    [InlineData("/", "/reconfig.sock")]
    public void The_socket_directory_is_normalised(string configured, string socket) =>
        Assert.Equal(socket, DefaultPaths.For("/x/conf/f.json", configured).ReconfigureSocket);

    [Fact]
    public void A_relative_file_counts_from_the_working_directory() =>
        Assert.Equal(
            DefaultPaths.For(Path.Combine(Environment.CurrentDirectory, "a/b/f.json")),
            DefaultPaths.For("a/b/f.json"));

    [Fact]
    public void Directories_are_made_and_a_file_in_their_place_is_told()
    {
        string root = Directory.CreateTempSubdirectory("mosn-paths").FullName;
        try
        {
            DefaultPaths paths = DefaultPaths.For(Path.Combine(root, "conf/f.json"));
            paths.Create();
            Assert.True(Directory.Exists(paths.LogDirectory) && Directory.Exists(paths.ConfigDirectory));

            File.WriteAllText(Path.Combine(root, "file"), "");
            StartException error = Assert.Throws<StartException>(
                DefaultPaths.Below(Path.Combine(root, "file")).Create);
            Assert.Contains(Path.Combine(root, "file"), error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
