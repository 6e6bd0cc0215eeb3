using System.Globalization;

namespace Mosn.Bench.Load;

/// <summary>The helper processes that the harness starts from its own binary; each ends when its input does.</summary>
public static class InternalCommands
{
    /// <param name="arguments">The name, a port, then numbers as the helper wants them.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        int Number(int index) => int.Parse(arguments[index], CultureInfo.InvariantCulture);
        try
        {
            switch (arguments[0])
            {
                case "echo":
                    TcpServers.Run(Number(1), TcpServers.Echo);
                    break;
                case "source":
                    TcpServers.Run(Number(1), TcpServers.Send);
                    break;
                case "silent":
                    TcpServers.RunSilent(Number(1));
                    break;
                case "ping":
                    PingClient.Echo(Number(1), connections: Number(2), messageLength: Number(3)).Run(Number(4));
                    break;
                case "bolt":
                    TcpServers.Run(Number(1), BoltCalls.Serve);
                    break;
                case "bolt-calls":
                    PingClient.Bolt(Number(1), connections: Number(2), contentBytes: Number(3)).Run(Number(4));
                    break;
                case "drain":
                    new DrainClient(Number(1), connections: Number(2)).Run(Number(3));
                    break;
                case "idle":
                    IdleClient.Run(Number(1), connections: Number(2));
                    break;
                case "http2-idle":
                    new Http2Client(Number(1), connections: Number(2)).RunIdle();
                    break;
                case "http2-open":
                    new Http2Client(Number(1), connections: Number(2)).RunOpen(streams: Number(3));
                    break;
                case "http2-attack":
                    new Http2Attack(Number(1), arguments[2]).Run(Number(3));
                    break;
                default:
                    throw new BenchException($"no helper named {arguments[0]}");
            }
            return 0;
        }
        catch (Exception problem)
        {
            Console.Error.WriteLine(problem.Message);
            return 1;
        }
    }

    /// <summary>Tells the harness that all is open, and waits for its "go"; false: it has gone away.</summary>
    internal static bool ReadyAndGo()
    {
        Console.WriteLine("ready");
        return Console.ReadLine() == "go";
    }

    internal static void WaitForEnd()
    {
        while (Console.ReadLine() is not null)
        {
        }
    }
}
