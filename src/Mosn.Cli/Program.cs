using Mosn.Cli;
using Mosn.Proxy.Server;

ProcessSignals.StopIgnoring();
return await CommandLine.RunAsync(args, CliContext.OfProcess());
