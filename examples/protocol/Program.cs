using CourierExample;
using Mosn.Cli;

// The whole of mosn, with one RPC protocol more.
return await MosnProgram.RunAsync(args, addProtocols: protocols => protocols.Add<CourierCodec>());
