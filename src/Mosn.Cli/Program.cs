return await Mosn.Cli.MosnProgram.RunAsync(args);
