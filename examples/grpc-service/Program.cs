using GrpcServiceExample;
using Mosn.Cli;

// The whole of mosn, with one gRPC service more.
return await MosnProgram.RunAsync(args, addGrpcServices: services => services.Add("key_values", KeyValueService.Build));
