using System.Diagnostics;

namespace Mosn.Profile;

/// <summary>
/// Runs mosn, compiled so that it counts what it does, under a load that is like a service's: a proxy in front of an
/// application, which is another listener of the same process. Everything talks over unix sockets in one folder.
/// </summary>
public static class Training
{
    /// <summary>A method that no request can avoid: if it was not counted, nothing was.</summary>
    public const string Witness = "Mosn.Proxy.Network.Connection.Flush";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    /// <summary>Starts the program, loads it and stops it.</summary>
    /// <param name="program">mosn.dll.</param>
    /// <param name="folder">An empty one.</param>
    /// <param name="isLoaded">False: it only starts and stops.</param>
    /// <returns>The path of what the runtime counted; see <see cref="ProfileText"/>.</returns>
    public static async Task<string> RunAsync(string program, string folder, bool isLoaded)
    {
        string configuration = Path.Combine(folder, "mosn.json");
        string counted = Path.Combine(folder, "counted.txt");
        await File.WriteAllTextAsync(configuration, Configuration(folder));
        using Process mosn = Start(program, configuration, counted);
        try
        {
            using CancellationTokenSource deadline = new(s_patience);
            Task load = isLoaded
                ? TrainingLoad.RunAsync(folder, deadline.Token)
                : TrainingLoad.StartedAsync(folder, deadline.Token);
            if (await Task.WhenAny(load, mosn.WaitForExitAsync(deadline.Token)) != load)
            {
                await deadline.CancelAsync();
                throw new ProfileException($"{program} ended before its training, with code {mosn.ExitCode}");
            }
            await load;
            using Process stop = Process.Start("kill", ["-TERM", $"{mosn.Id}"]);
            await mosn.WaitForExitAsync(deadline.Token);
        }
        catch (Exception problem) when (problem is OperationCanceledException or HttpRequestException or IOException)
        {
            throw new ProfileException($"the training of {program} failed: {problem.GetBaseException().Message}");
        }
        finally
        {
            if (!mosn.HasExited)
            {
                mosn.Kill();
            }
        }
        return File.Exists(counted) ? counted : throw new ProfileException("the runtime wrote nothing");
    }

    private static Process Start(string program, string configuration, string counted)
    {
        ProcessStartInfo start = new("dotnet", [program, "start", "-c", configuration])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_WritePGOData"] = "1";
        start.Environment["DOTNET_PGODataPath"] = counted;
        start.Environment["DOTNET_TieredPGO"] = "1";
        // Every method counts from its first call, also one without branches, which would tell nothing new but its place;
        // none is compiled anew before the end; and what the framework ships compiled, and so without counters, is compiled
        // here.
        start.Environment["DOTNET_TieredPGO_InstrumentOnlyHotCode"] = "0";
        start.Environment["DOTNET_JitMinimalJitProfiling"] = "0";
        start.Environment["DOTNET_TC_CallCountThreshold"] = "7fffffff";
        start.Environment["DOTNET_ReadyToRun"] = "0";
        Process mosn = Process.Start(start)!;
        mosn.BeginOutputReadLine();
        mosn.BeginErrorReadLine();
        return mosn;
    }

    private static string Configuration(string folder) => $$"""
        {
          "pid": "{{folder}}/mosn.pid",
          "servers": [{
            "mosn_server_name": "training",
            "default_log_path": "{{folder}}/mosn.log",
            "default_log_level": "WARN",
            "processor": 1,
            "listeners": [
              {{Listener(folder, TrainingLoad.Plain, Proxy("front"))}},
              {{Listener(folder, TrainingLoad.Logged, Proxy("front"), AccessLog(folder))}},
              {{Listener(folder, TrainingLoad.Multiplexed, Proxy("multiplexed"))}},
              {{Listener(folder, TrainingLoad.Relay, """{ "type": "tcp_proxy", "config": { "cluster": "application" } }""")}},
              {{Listener(folder, TrainingLoad.Application, Proxy("application"))}}
            ],
            "routers": [
              {
                "router_config_name": "front",
                "virtual_hosts": [{
                  "name": "all",
                  "domains": ["*"],
                  "routers": [
                    { "match": { "path": "{{TrainingLoad.Large}}" }, "route": { "cluster_name": "application" } },
                    { "match": { "prefix": "/" }, "route": { "cluster_name": "application" } }
                  ]
                }]
              },
              {
                "router_config_name": "multiplexed",
                "virtual_hosts": [{
                  "name": "all",
                  "domains": ["*"],
                  "routers": [{
                    "match": { "prefix": "/" },
                    "route": { "cluster_name": "application", "upstream_protocol": "Http2" }
                  }]
                }]
              },
              {
                "router_config_name": "application",
                "virtual_hosts": [{
                  "name": "all",
                  "domains": ["*"],
                  "routers": [
                    {{Answer(TrainingLoad.Large, 10 * 1024)}},
                    {{Answer("/", 100)}}
                  ]
                }]
              }
            ]
          }],
          "cluster_manager": {
            "clusters": [{
              "name": "application",
              "type": "SIMPLE",
              "lb_type": "LB_ROUNDROBIN",
              "max_request_per_conn": 1000000000,
              "hosts": [{ "address": "unix:{{folder}}/application" }]
            }]
          }
        }
        """;

    private static string Listener(string folder, string name, string filter, string accessLogs = "[]") => $$"""
        {
          "name": "{{name}}",
          "address": "unix:{{folder}}/{{name}}",
          "bind_port": true,
          "access_logs": {{accessLogs}},
          "filter_chains": [{ "filters": [{{filter}}] }]
        }
        """;

    private static string Proxy(string routes) => $$"""
        { "type": "proxy", "config": { "downstream_protocol": "Auto", "router_config_name": "{{routes}}" } }
        """;

    private static string AccessLog(string folder) => $$"""[{ "log_path": "{{folder}}/access.log" }]""";

    private static string Answer(string prefix, int length) => $$"""
        {
          "match": { "prefix": "{{prefix}}" },
          "direct_response": { "status": 200, "body": "{{new string('x', length)}}" }
        }
        """;
}
