using Mosn.Proxy.Config;
using Mosn.Proxy.Server;

namespace Mosn.Cli;

/// <summary><c>mosn schema</c>: the JSON Schema of the configuration, for editors.</summary>
internal static class SchemaCommand
{
    public static ExitCode Run(CliContext context)
    {
        context.Out.Write(JsonSchemaWriter.Write(context.Extensions.Protocols.Names));
        return ExitCode.Success;
    }
}
