using System.Buffers.Binary;
using System.Text.Json;
using Mosn.Testing;

namespace Mosn.EndToEnd;

/// <summary>Both versions of Bolt, with the encoder and the decoder of sofa-bolt-node and the server of sofa-rpc-node.</summary>
public class BoltV2Tests
{
    private const string Service = "com.example.Calculator:1.0";

    [Theory]
    [InlineData("boltv2", "v2", 10_000)]
    [InlineData("boltv2", "crc", 10_000)]
    [InlineData("boltv2", "mixed", 3000)]
    [InlineData("bolt", "mixed", 3000)]
    [InlineData("bolt,boltv2", "crc", 300)]
    public async Task Calls_are_answered_in_the_version_and_with_the_checksum_that_they_have(
        string protocol, string form, int count)
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("sofaserver.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(
            RpcCalls.Config(protocol, Service, server.Address, "nobody").ToString());
        JsonElement seen = await RpcCalls.RunAsync("boltclient.js", mosn, form, count);
        Assert.True(seen.GetProperty("echo").GetBoolean());
        Assert.Contains("on purpose", seen.GetProperty("fail").GetString(), StringComparison.Ordinal);
        Assert.Contains("Server exception", seen.GetProperty("timeout").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, seen.GetProperty("heartbeats").GetInt32());
        Assert.Equal(count, seen.GetProperty("right").GetInt32());
    }

    [Fact]
    public async Task A_call_whose_checksum_is_wrong_ends_its_connection_and_reaches_nobody()
    {
        int calls = 0;
        using ScriptedServer host = new(async (connection, _) =>
        {
            await connection.ReadAsync(RealFrames.BoltV2Request.Length);
            Interlocked.Increment(ref calls);
        });
        using MosnProcess mosn = await MosnProcess.StartAsync(
            RpcCalls.Config("boltv2", "x.S:1.0", host.Address, "nobody").ToString());
        byte[] call = RealFrames.BoltV2Request;
        call[^1] ^= 1;
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("rpc"));
        await client.SendAsync(call);
        Assert.Equal("", await client.ReadToEndAsync());
        Assert.Equal(0, Volatile.Read(ref calls));
    }

    [Fact]
    public async Task An_answer_whose_checksum_is_wrong_is_an_error_for_the_caller_and_ends_the_hosts_connection()
    {
        using ScriptedServer host = new(async (connection, _) =>
        {
            await connection.ReadAsync(RealFrames.BoltV2Request.Length);
            byte[] answer = RealFrames.BoltV2Response;
            answer[60] ^= 1;
            await connection.SendAsync(answer);
            await connection.WaitForEndAsync();
        });
        using MosnProcess mosn = await MosnProcess.StartAsync(
            RpcCalls.Config("boltv2", "x.S:1.0", host.Address, "nobody").ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("rpc"));
        await client.SendAsync(RealFrames.BoltV2Request);
        byte[] reply = [.. (await client.ReadAsync(26)).Select(static letter => (byte)letter)];
        Assert.Equal(RealFrames.BoltV2Response[..12], reply[..12]);
        Assert.Equal(6, BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(12)));
        await Wait.UntilAsync(() => host.ActiveCount == 0, () => "the host's connection is still there");
    }
}
