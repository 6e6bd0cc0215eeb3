using System.Text.Json.Nodes;

namespace Mosn.Proxy.Config;

/// <summary>Collects a record's declaration as JSON Schema; one definition a record.</summary>
internal sealed class SchemaBinder : ConfigBinder
{
    private const string DurationPattern = "^[+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)"
        + "(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*$|^0$";

    private readonly JsonObject _definitions;
    private readonly IReadOnlyCollection<string> _protocols;
    private readonly JsonObject _properties = [];
    private readonly JsonArray _required = [];

    // Of a binder that Open answered.
    private Action? _declareInOuter;

    private SchemaBinder(JsonObject definitions, IReadOnlyCollection<string> protocols)
    {
        _definitions = definitions;
        _protocols = protocols;
    }

    /// <summary>A reference to a record's definition, which is made when it is missing.</summary>
    /// <param name="protocols">Names of protocols that this binary has, besides those of MOSN.</param>
    public static JsonObject Reference(
        ConfigRecordType type, JsonObject definitions, IReadOnlyCollection<string> protocols)
    {
        string name = type.Name;
        if (!definitions.ContainsKey(name))
        {
            // Its place is taken first, so that a record within itself ends here.
            definitions[name] = new JsonObject();
            SchemaBinder binder = new(definitions, protocols);
            type.Bind(binder, type.New());
            definitions[name] = binder.ToObject();
        }
        return new JsonObject { ["$ref"] = $"#/$defs/{name}" };
    }

    public override string String(string name, string value, string doc, Field field = default)
    {
        JsonObject schema = Simple("string");
        AddDefault(schema, value.Length > 0 ? JsonValue.Create(value) : null);
        Declare(name, schema, doc, field);
        return value;
    }

    public override string Secret(string name, string value, string doc, Field field = default) =>
        String(name, value, doc, field);

    public override string Code(string name, string value, ConfigSyntax syntax, string doc, Field field = default) =>
        String(name, value, doc, field);

    public override string AccessLogFormat(string name, string value, string doc, Field field = default) =>
        String(name, value, doc, field);

    public override string Directory(string name, string value, string doc, Field field = default) =>
        String(name, value, doc, field);

    public override string Pattern(string name, string value, string doc, Field field = default)
    {
        JsonObject schema = Simple("string");
        schema["format"] = "regex";
        Declare(name, schema, doc, field);
        return value;
    }

    public override bool Bool(string name, bool value, string doc, Field field = default)
    {
        JsonObject schema = Simple("boolean");
        AddDefault(schema, JsonValue.Create(value));
        Declare(name, schema, doc, field);
        return value;
    }

    public override long Long(string name, long value, string doc, Field field = default)
    {
        JsonObject schema = Simple("integer");
        AddDefault(schema, JsonValue.Create(value));
        schema["minimum"] = field.Bounds?.Min ?? 0;
        if (field.Bounds is { } bounds)
        {
            schema["maximum"] = bounds.Max;
        }
        Declare(name, schema, doc, field);
        return value;
    }

    public override double Double(string name, double value, string doc, Field field = default)
    {
        JsonObject schema = Simple("number");
        AddDefault(schema, JsonValue.Create(value));
        schema["minimum"] = field.Bounds?.Min ?? 0;
        if (field.Bounds is { } bounds)
        {
            schema["maximum"] = bounds.Max;
        }
        Declare(name, schema, doc, field);
        return value;
    }

    public override int Weight(string name, int value, string doc, Field field = default) =>
        (int)UInt(name, (uint)value, doc, field);

    public override int Processor(string name, int value, string doc, Field field = default)
    {
        Declare(name, Either("integer", "string"), doc, field);
        return value;
    }

    public override TimeSpan Duration(string name, TimeSpan value, string doc, Field field = default)
    {
        JsonObject schema = DurationSchema();
        if (field.NegativeIsForEver)
        {
            schema["pattern"] = DurationPattern.Replace("[+]", "[+-]", StringComparison.Ordinal);
        }
        AddDefault(schema, JsonValue.Create(GoDuration.Format(value)));
        Declare(name, schema, doc, field);
        return value;
    }

    public override TimeSpan? OptionalDuration(string name, TimeSpan? value, string doc, Field field = default)
    {
        Declare(name, DurationSchema(), doc, field);
        return value;
    }

    public override TimeSpan? DurationOrNanoseconds(
        string name, TimeSpan? value, string doc, Field field = default)
    {
        JsonObject schema = new() { ["anyOf"] = new JsonArray(Simple("integer"), DurationSchema()) };
        Declare(name, schema, doc, field);
        return value;
    }

    public override long ByteSize(string name, long value, string doc, Field field = default)
    {
        JsonObject schema = Simple("string");
        schema["pattern"] = "^[0-9]+ *([KkMmGgTtPp]?[Bb]|[KkMmGgTtPp])?$";
        Declare(name, schema, doc, field);
        return value;
    }

    public override LogRollerConfig? LogRoller(
        string name, LogRollerConfig? value, string doc, Field field = default)
    {
        Declare(name, Simple("string"), doc, field);
        return value;
    }

    public override NetworkAddress? Address(
        string name, NetworkAddress? value, string doc, Field field = default)
    {
        Declare(name, Simple("string"), doc, field);
        return value;
    }

    protected override int Spelling(string name, int position, EnumTable table, string doc, Field field)
    {
        JsonObject schema = Simple("string");
        JsonArray names = [(JsonNode?)JsonValue.Create("")]; // As a node: the generic Add needs reflection.
        foreach (string text in table.Names)
        {
            names.Add((JsonNode?)JsonValue.Create(text));
        }
        // A closed list only where another value would be refused, whatever its case.
        schema[table.UnknownIsError && !table.IsAnyCase ? "enum" : "examples"] = names;
        AddDefault(
            schema, position >= 0 && table.Spellings[position] is { Length: > 0 } known ? JsonValue.Create(known) : null);
        Declare(name, schema, doc, field);
        return position;
    }

    public override IReadOnlyList<string> Strings(
        string name, IReadOnlyList<string> value, string doc, Field field = default)
    {
        Declare(name, ArrayOf(Simple("string")), doc, field);
        return value;
    }

    public override IReadOnlyList<IReadOnlyList<string>> StringLists(
        string name, IReadOnlyList<IReadOnlyList<string>> value, string doc, Field field = default)
    {
        Declare(name, ArrayOf(ArrayOf(Simple("string"))), doc, field);
        return value;
    }

    public override IReadOnlyList<int> Ints(
        string name, IReadOnlyList<int> value, string doc, Field field = default)
    {
        Declare(name, ArrayOf(Simple("integer")), doc, field);
        return value;
    }

    public override IReadOnlyDictionary<string, string> Map(
        string name, IReadOnlyDictionary<string, string> value, string doc, Field field = default)
    {
        JsonObject schema = Simple("object");
        schema["additionalProperties"] = Simple("string");
        Declare(name, schema, doc, field);
        return value;
    }

    public override IReadOnlyDictionary<string, string> Metadata(
        string name, IReadOnlyDictionary<string, string> value, string doc, Field field = default)
    {
        Declare(name, Simple("object"), doc, field);
        return value;
    }

    public override ConfigNode? Raw(string name, ConfigNode? value, string doc, Field field = default)
    {
        Declare(name, [], doc, field);
        return value;
    }

    protected override object? Record(ConfigRecordType type, string name, object? value, string doc, Field field)
    {
        Declare(name, Reference(type, _definitions, _protocols), doc, field);
        return value;
    }

    protected override IReadOnlyList<object> Records(
        ConfigRecordType type, string name, IReadOnlyList<object> value, string doc, Field field)
    {
        Declare(name, ArrayOf(Reference(type, _definitions, _protocols)), doc, field);
        return value;
    }

    protected override IReadOnlyList<object> RecordsOrDirectory(
        ConfigRecordType type, string name, IReadOnlyList<object> value, string directoryName, string doc, Field field) =>
        Records(type, name, value, doc, field);

    public override IReadOnlyList<FilterConfig> Filters(
        string name, IReadOnlyList<FilterConfig> value, FilterKindTable kinds, string doc, Field field = default)
    {
        JsonArray choices = [];
        foreach (FilterKind kind in kinds.Kinds)
        {
            SchemaBinder filter = new(_definitions, _protocols);
            filter._properties["type"] = new JsonObject { ["const"] = kind.Name };
            filter._required.Add((JsonNode?)JsonValue.Create("type"));
            kind.Bind(filter, "config", null, $"Settings of {kind.Name}.");
            choices.Add((JsonNode?)filter.ToObject());
        }
        Declare(name, ArrayOf(new JsonObject { ["anyOf"] = choices }), doc, field);
        return value;
    }

    public override IReadOnlyDictionary<string, FilterConfig> FilterMap(
        string name, IReadOnlyDictionary<string, FilterConfig> value, FilterKindTable kinds, string doc,
        Field field = default)
    {
        SchemaBinder filters = new(_definitions, _protocols);
        foreach (FilterKind kind in kinds.Kinds)
        {
            kind.Bind(filters, kind.Name, null, $"Settings of {kind.Name}.");
        }
        Declare(name, filters.ToObject(), doc, field);
        return value;
    }

    public override ProtocolSettingsConfig Protocols(
        string name, ProtocolSettingsConfig value, string protocolsName, string doc, Field field = default)
    {
        SchemaBinder protocols = new(_definitions, _protocols);
        protocols.Object<Http1Config>("Http1", null, "Settings of HTTP/1.");
        protocols.Object<Http2Config>("Http2", null, "Settings of HTTP/2.");
        foreach (string protocol in FilterKinds.FrameProtocols.Union(_protocols).Except(FilterKinds.ReservedProtocols))
        {
            protocols.Object<FrameProtocolConfig>(protocol, null, $"Settings of {protocol}.");
        }
        Declare(name, protocols.ToObject(), doc, field);
        return value;
    }

    public override void Ignored(string name, string because) =>
        _properties[name] = new JsonObject { ["description"] = $"No effect. {because}", ["deprecated"] = true };

    public override ConfigBinder Open(string name, string doc)
    {
        SchemaBinder inner = new(_definitions, _protocols);
        inner._declareInOuter = () => Declare(name, inner.ToObject(), doc, default);
        return inner;
    }

    public override void Close() => _declareInOuter?.Invoke();

    private static JsonObject Simple(string type) => new() { ["type"] = type };

    private static JsonObject Either(string first, string second) => new() { ["type"] = new JsonArray(first, second) };

    private static JsonObject ArrayOf(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    private static JsonObject DurationSchema()
    {
        JsonObject schema = Simple("string");
        schema["pattern"] = DurationPattern;
        return schema;
    }

    private static void AddDefault(JsonObject schema, JsonValue? value)
    {
        if (value is not null)
        {
            schema["default"] = value;
        }
    }

    private void Declare(string name, JsonObject schema, string doc, Field field)
    {
        bool isMissing = field.Feature is { } feature && !ConfigCapabilities.Has(feature);
        schema["description"] = isMissing ? $"{doc} (Not supported yet.)" : doc;
        _properties[name] = schema;
        if (field.IsRequired)
        {
            _required.Add((JsonNode?)JsonValue.Create(name));
        }
    }

    private JsonObject ToObject()
    {
        JsonObject schema = new() { ["type"] = "object", ["properties"] = _properties };
        if (_required.Count > 0)
        {
            schema["required"] = _required;
        }
        return schema;
    }
}
