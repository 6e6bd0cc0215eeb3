using Mosn.Cli;

return await CommandLine.RunAsync(args, CliContext.OfProcess());
