using System.Globalization;
using System.Net;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Mosn.GrpcPeer;

// A gRPC server of ASP.NET Core, for end-to-end tests. Prints a line {"port":N} when it is ready. In a process and a project of
// its own: it brings another framework than mosn's.
WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
    kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
builder.Services.AddRouting();
builder.Services.AddGrpc(static grpc => grpc.MaxReceiveMessageSize = grpc.MaxSendMessageSize = 8 << 20);
builder.Services.AddSingleton<PeerService>();
builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<PeerService>, PeerMethods>());
WebApplication app = builder.Build();
app.UseRouting();
app.MapGrpcService<PeerService>();
await app.StartAsync();
await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $$"""{"port":{{new Uri(app.Urls.First()).Port}}}"""));
await Task.Delay(Timeout.Infinite);
