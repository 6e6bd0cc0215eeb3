using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mosn.Proxy.Config;

/// <summary>Writes the JSON Schema (draft 2020-12) of a configuration file, for editors and checks elsewhere.</summary>
/// <remarks>The reader ignores the case of keys; a schema cannot say so and has the exact spellings.</remarks>
public static class JsonSchemaWriter
{
    /// <param name="protocols">Names of protocols that this binary has, besides those of MOSN.</param>
    public static string Write(IReadOnlyCollection<string>? protocols = null)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes, new JsonWriterOptions { Indented = true }))
        {
            Build(protocols ?? []).WriteTo(json);
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length) + "\n";
    }

    private static JsonObject Build(IReadOnlyCollection<string> protocols)
    {
        JsonObject definitions = [];
        JsonObject root = SchemaBinder.Reference(ConfigRecordType<MosnConfig>.Instance, definitions, protocols);
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "MOSN configuration",
            ["$ref"] = root["$ref"]!.GetValue<string>(),
            ["$defs"] = definitions,
        };
    }
}
