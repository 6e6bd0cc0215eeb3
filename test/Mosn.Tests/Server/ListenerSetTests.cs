using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Mosn.Proxy.Config;
using Mosn.Proxy.Discovery;
using Mosn.Proxy.Server;
using Mosn.Testing;
using Mosn.Tests.Discovery;
using Mosn.Transport;

namespace Mosn.Tests.Server;

public class ListenerSetTests
{
    [Fact]
    public void A_drain_takes_no_connection_for_a_listener_that_it_has_drained_already()
    {
        using ProxyWorld world = new(ProxyWorld.Http());
        ListenerSet listeners = new(
            new ConfigApplier(world.Runtime, new SystemHostResolver()), TwoListeners(), TimeProvider.System, NullLogger.Instance);
        world.Wait(listeners.StartAsync(CancellationToken.None).AsTask());
        TransportAddress meant = OriginalDstTests.At("10.0.0.1", 80);
        world.Network.Redirect(meant, OriginalDstTests.At("127.0.0.1", 15001));

        MemoryPeer? again = null;
        MemoryPeer client = world.Network.Connect(meant);
        client.OnInput = self =>
        {
            self.Close();
            again ??= world.Network.Connect(meant); // As a client with something to ask does.
        };
        world.Run();
        Assert.True(client.WasConnected);
        ControlSide control = new();
        Task drain = Task.CompletedTask;
        control.Run(() => drain = listeners.DrainAsync(TimeSpan.FromMinutes(1), CancellationToken.None).AsTask());
        while (again is not { } second || !(second.WasRefused || second.WasConnected))
        {
            world.Run(); // All that follows from one step, before the next one.
            control.Step();
        }
        Assert.True(again.WasRefused);
        while (!drain.IsCompleted)
        {
            world.Run();
            control.Step();
        }
        world.Wait(listeners.StopAsync().AsTask());
    }

    /// <summary>The second takes connections that are meant for the first.</summary>
    private static MosnConfig TwoListeners()
    {
        string text = $$"""
            {
              "servers": [{ "listeners": [
                {{Listener("meant", "10.0.0.1:80", "")}},
                {{Listener("entry", "127.0.0.1:15001", """, "bind_port": true, "use_original_dst": "redirect" """)}}
              ] }],
              "cluster_manager": { "clusters": [] }
            }
            """;
        ConfigLoadResult loaded = ConfigLoader.LoadText(Encoding.UTF8.GetBytes(text), ConfigFormat.Json, "m.json");
        Assert.False(loaded.HasErrors, string.Join('\n', loaded.Problems));
        return loaded.Config!;
    }

    private static string Listener(string name, string address, string more) => $$"""
        {
          "name": "{{name}}", "address": "{{address}}",
          "filter_chains": [{ "filters": [{ "type": "proxy", "config": { "downstream_protocol": "Http1" } }] }]{{more}}
        }
        """;

    /// <summary>Another thread than the loops', which does its next step when the test wants it.</summary>
    private sealed class ControlSide : SynchronizationContext
    {
        private readonly ConcurrentQueue<Action> _steps = new();

        public override void Post(SendOrPostCallback d, object? state) => _steps.Enqueue(() => d(state));

        public void Run(Action work)
        {
            Thread thread = new(() =>
            {
                SetSynchronizationContext(this);
                work();
            });
            thread.Start();
            thread.Join();
        }

        public void Step()
        {
            if (_steps.TryDequeue(out Action? step))
            {
                Run(step);
            }
            else
            {
                Thread.Yield();
            }
        }
    }
}
