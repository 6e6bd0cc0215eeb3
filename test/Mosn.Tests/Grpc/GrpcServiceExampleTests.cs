using System.Runtime.CompilerServices;
using GrpcServiceExample;
using Mosn.Proxy.Server;
using Mosn.Testing;

namespace Mosn.Tests.Grpc;

/// <summary>The service of <c>examples/grpc-service</c>, in the product.</summary>
public sealed class GrpcServiceExampleTests
{
    [Fact]
    public void Values_are_set_read_and_watched()
    {
        using ProxyWorld world = World();
        MemoryPeer client = world.Client();
        MemoryPeer watcher = world.Client();
        Call(world, client, "Get", "colour");
        Assert.Contains("Grpc-Status: 5\r\n", client.ReceivedText);
        Call(world, client, "Set", "colour=red");
        Call(world, watcher, "Watch", "colour");
        Assert.EndsWith("8\r\n\0\0\0\0\u0003red\r\n", watcher.ReceivedText);
        Call(world, client, "Set", "colour=blue");
        world.Wait(WhenAsync(() => watcher.ReceivedText.EndsWith("9\r\n\0\0\0\0\u0004blue\r\n", StringComparison.Ordinal)));
        Call(world, client, "Get", "colour");
        Assert.Contains("9\r\n\0\0\0\0\u0004blue\r\n", client.ReceivedText);
        Call(world, client, "Set", "b=1");
        Call(world, client, "Set", "c=1");
        Assert.Contains("Grpc-Status: 8\r\nGrpc-Message: there are 2 keys already\r\n", client.ReceivedText);
        client.Close();
        watcher.Close();
        world.Advance(1000);
        Assert.Empty(world.Leaks());
    }

    private static async Task<bool> WhenAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Yield(); // The word of a new value goes through the thread pool.
        }
        return true;
    }

    private static ProxyWorld World([CallerFilePath] string here = "")
    {
        Extensions extensions = Extensions.BuiltIn();
        extensions.GrpcServices.Add("key_values", KeyValueService.Build);
        string config = File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "../../../examples/grpc-service/mosn.json"));
        return new ProxyWorld(
            config.Replace(":8080", $":{ProxyWorld.ListenerPort}", StringComparison.Ordinal)
                .Replace("\"log_path\": \"stdout\"", "\"log_path\": \"/dev/null\"", StringComparison.Ordinal),
            extensions: extensions);
    }

    private static void Call(ProxyWorld world, MemoryPeer client, string method, string message)
    {
        client.ClearReceived();
        client.Send($"POST /example.KeyValues/{method} HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\n"
            + $"Content-Length: {message.Length + 5}\r\n\r\n\0\0\0\0{(char)message.Length}{message}");
        world.Run();
    }
}
