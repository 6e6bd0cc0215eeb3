using System.Text.Json;

namespace Mosn.Proxy.Config;

/// <summary>
/// Writes a record as JSON. A field that has the value of a fresh record is left out: reading gives it back.
/// </summary>
internal sealed class JsonBinder(Utf8JsonWriter json, bool isRedacted) : ConfigBinder
{
    // What a fresh record has in each field; filled by binding one before the record that is written.
    private readonly Dictionary<string, object?> _defaults = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonBinder> _groups = new(StringComparer.Ordinal);
    private bool _isRecording;

    // Set in a binder that Open answered: the one it came from, and its name until that has been written.
    private JsonBinder? _outer;
    private string? _pending;

    /// <summary>Writes an object. Pure: nothing but the writer is touched.</summary>
    public static void Write<T>(Utf8JsonWriter json, T value, bool isRedacted)
        where T : class, IConfigRecord<T>, new() =>
        Write(json, ConfigRecordType<T>.Instance, value, isRedacted);

    private static void Write(Utf8JsonWriter json, ConfigRecordType type, object value, bool isRedacted)
    {
        JsonBinder binder = new(json, isRedacted) { _isRecording = true };
        json.WriteStartObject();
        type.Bind(binder, type.New());
        binder._isRecording = false;
        type.Bind(binder, value);
        json.WriteEndObject();
    }

    public override string String(string name, string value, string doc, Field field = default)
    {
        if (Begin(name, value))
        {
            json.WriteStringValue(Shown(value));
        }
        return value;
    }

    public override string Secret(string name, string value, string doc, Field field = default)
    {
        if (Begin(name, value))
        {
            json.WriteStringValue(isRedacted ? ConfigNodeJson.Redacted : value);
        }
        return value;
    }

    public override string Pattern(string name, string value, string doc, Field field = default) =>
        String(name, value, doc, field);

    public override string Code(string name, string value, ConfigSyntax syntax, string doc, Field field = default) =>
        String(name, value, doc, field);

    public override string AccessLogFormat(string name, string value, string doc, Field field = default) =>
        String(name, value, doc, field);

    // A dump shows what the directory held; its path is for the process that owns it.
    public override string Directory(string name, string value, string doc, Field field = default) => value;

    public override bool Bool(string name, bool value, string doc, Field field = default)
    {
        if (Begin(name, value))
        {
            json.WriteBooleanValue(value);
        }
        return value;
    }

    public override long Long(string name, long value, string doc, Field field = default)
    {
        if (Begin(name, value))
        {
            json.WriteNumberValue(value);
        }
        return value;
    }

    public override double Double(string name, double value, string doc, Field field = default)
    {
        if (Begin(name, value))
        {
            json.WriteNumberValue(value);
        }
        return value;
    }

    public override int Weight(string name, int value, string doc, Field field = default) =>
        (int)Long(name, value, doc, field);

    public override int Processor(string name, int value, string doc, Field field = default) =>
        (int)Long(name, value, doc, field);

    public override TimeSpan Duration(string name, TimeSpan value, string doc, Field field = default)
    {
        OptionalDuration(name, value, doc, field);
        return value;
    }

    public override TimeSpan? OptionalDuration(string name, TimeSpan? value, string doc, Field field = default)
    {
        if (Begin(name, value) && value is { } duration)
        {
            json.WriteStringValue(GoDuration.Format(duration));
        }
        return value;
    }

    public override TimeSpan? DurationOrNanoseconds(
        string name, TimeSpan? value, string doc, Field field = default) => OptionalDuration(name, value, doc, field);

    public override long ByteSize(string name, long value, string doc, Field field = default)
    {
        if (Begin(name, value))
        {
            json.WriteStringValue(ByteSizeText.Format(value));
        }
        return value;
    }

    public override LogRollerConfig? LogRoller(
        string name, LogRollerConfig? value, string doc, Field field = default)
    {
        if (Begin(name, value))
        {
            json.WriteStringValue(value!.ToString());
        }
        return value;
    }

    public override NetworkAddress? Address(
        string name, NetworkAddress? value, string doc, Field field = default)
    {
        if (Begin(name, value))
        {
            json.WriteStringValue(value!.Value.ToString());
        }
        return value;
    }

    protected override int Spelling(string name, int position, EnumTable table, string doc, Field field)
    {
        if (position >= 0 && table.Spellings[position] is { Length: > 0 } text && Begin(name, position))
        {
            json.WriteStringValue(text);
        }
        return position;
    }

    public override IReadOnlyList<string> Strings(
        string name, IReadOnlyList<string> value, string doc, Field field = default)
    {
        // An empty list says something only where the default is another one.
        if ((value.Count > 0 || _defaults.ContainsKey(name)) && Begin(name, value))
        {
            WriteStrings(value);
        }
        return value;
    }

    public override IReadOnlyList<IReadOnlyList<string>> StringLists(
        string name, IReadOnlyList<IReadOnlyList<string>> value, string doc, Field field = default)
    {
        if (value.Count > 0 && Begin(name, value))
        {
            json.WriteStartArray();
            foreach (IReadOnlyList<string> list in value)
            {
                WriteStrings(list);
            }
            json.WriteEndArray();
        }
        return value;
    }

    public override IReadOnlyList<int> Ints(
        string name, IReadOnlyList<int> value, string doc, Field field = default)
    {
        if (value.Count > 0 && Begin(name, value))
        {
            json.WriteStartArray();
            foreach (int number in value)
            {
                json.WriteNumberValue(number);
            }
            json.WriteEndArray();
        }
        return value;
    }

    public override IReadOnlyDictionary<string, string> Map(
        string name, IReadOnlyDictionary<string, string> value, string doc, Field field = default)
    {
        if (value.Count > 0 && Begin(name, value))
        {
            WriteMap(value);
        }
        return value;
    }

    public override IReadOnlyDictionary<string, string> Metadata(
        string name, IReadOnlyDictionary<string, string> value, string doc, Field field = default)
    {
        if (value.Count > 0 && Begin(name, value))
        {
            json.WriteStartObject();
            json.WriteStartObject("filter_metadata");
            json.WritePropertyName("mosn.lb");
            WriteMap(value);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return value;
    }

    public override ConfigNode? Raw(string name, ConfigNode? value, string doc, Field field = default)
    {
        if (value is not null && Begin(name, value))
        {
            ConfigNodeJson.Write(json, value, isRedacted);
        }
        return value;
    }

    protected override object? Record(ConfigRecordType type, string name, object? value, string doc, Field field)
    {
        if (value is not null && Begin(name, value))
        {
            Write(json, type, value, isRedacted);
        }
        return value;
    }

    protected override IReadOnlyList<object> Records(
        ConfigRecordType type, string name, IReadOnlyList<object> value, string doc, Field field)
    {
        if (value.Count > 0 && Begin(name, value))
        {
            json.WriteStartArray();
            foreach (object item in value)
            {
                Write(json, type, item, isRedacted);
            }
            json.WriteEndArray();
        }
        return value;
    }

    protected override IReadOnlyList<object> RecordsOrDirectory(
        ConfigRecordType type, string name, IReadOnlyList<object> value, string directoryName, string doc, Field field) =>
        Records(type, name, value, doc, field);

    public override IReadOnlyList<FilterConfig> Filters(
        string name, IReadOnlyList<FilterConfig> value, FilterKindTable kinds, string doc, Field field = default)
    {
        if (value.Count > 0 && Begin(name, value))
        {
            json.WriteStartArray();
            foreach (FilterConfig filter in value)
            {
                WriteFilter(filter, kinds);
            }
            json.WriteEndArray();
        }
        return value;
    }

    public override IReadOnlyDictionary<string, FilterConfig> FilterMap(
        string name, IReadOnlyDictionary<string, FilterConfig> value, FilterKindTable kinds, string doc,
        Field field = default)
    {
        if (value.Count > 0 && Begin(name, value))
        {
            json.WriteStartObject();
            foreach ((string type, FilterConfig filter) in value.OrderBy(static p => p.Key, StringComparer.Ordinal))
            {
                WriteSettings(new JsonBinder(json, isRedacted), filter, kinds, type);
            }
            json.WriteEndObject();
        }
        return value;
    }

    public override ProtocolSettingsConfig Protocols(
        string name, ProtocolSettingsConfig value, string protocolsName, string doc, Field field = default)
    {
        bool isEmpty = value is { Http1: null, Http2: null, SubProtocol: "", Frames.Count: 0 };
        if (isEmpty || !Begin(name, value))
        {
            return value;
        }
        json.WriteStartObject();
        JsonBinder inner = new(json, isRedacted);
        inner.Object("Http1", value.Http1, "");
        inner.Object("Http2", value.Http2, "");
        foreach ((string protocol, FrameProtocolConfig settings) in value.Frames)
        {
            inner.Object(protocol, settings, "");
        }
        if (value.SubProtocol.Length > 0)
        {
            json.WriteString("sub_protocol", value.SubProtocol);
        }
        json.WriteEndObject();
        return value;
    }

    public override void Ignored(string name, string because)
    {
        // Nothing was kept of it.
    }

    public override ConfigBinder Open(string name, string doc)
    {
        if (!_groups.TryGetValue(name, out JsonBinder? group))
        {
            group = new JsonBinder(json, isRedacted) { _outer = this };
            _groups.Add(name, group);
        }
        group._isRecording = _isRecording;
        group._pending = name;
        return group;
    }

    public override void Close()
    {
        if (!_isRecording && _pending is null)
        {
            json.WriteEndObject();
        }
    }

    /// <summary>Writes the name, and first the objects that were opened; false when there is nothing to write.</summary>
    private bool Begin<T>(string name, T value)
    {
        if (_isRecording)
        {
            _defaults[name] = value;
            return false;
        }
        if (value is null || (_defaults.TryGetValue(name, out object? known) && Equals(known, value)))
        {
            return false;
        }
        BeginObject();
        json.WritePropertyName(name);
        return true;
    }

    private void BeginObject()
    {
        if (_pending is not { } name)
        {
            return;
        }
        _outer?.BeginObject();
        json.WriteStartObject(name);
        _pending = null;
    }

    private void WriteFilter(FilterConfig filter, FilterKindTable kinds)
    {
        json.WriteStartObject();
        json.WriteString("type", filter.Type);
        JsonBinder inner = new(json, isRedacted);
        WriteSettings(inner, filter, kinds, "config");
        inner.Object("go_plugin_config", filter.GoPlugin, "");
        json.WriteEndObject();
    }

    private static void WriteSettings(JsonBinder inner, FilterConfig filter, FilterKindTable kinds, string name)
    {
        if (filter.Typed is not null && kinds.Find(filter.Type) is { } kind)
        {
            kind.Bind(inner, name, filter.Typed, "");
        }
        else
        {
            inner.Raw(name, filter.Config, "");
        }
    }

    private void WriteStrings(IReadOnlyList<string> value)
    {
        json.WriteStartArray();
        foreach (string text in value)
        {
            json.WriteStringValue(Shown(text));
        }
        json.WriteEndArray();
    }

    private void WriteMap(IReadOnlyDictionary<string, string> value)
    {
        json.WriteStartObject();
        foreach ((string key, string text) in value.OrderBy(static p => p.Key, StringComparer.Ordinal))
        {
            bool isSecret = isRedacted && text.Length > 0 && SecretText.IsSecretName(key);
            json.WriteString(key, isSecret ? ConfigNodeJson.Redacted : Shown(text));
        }
        json.WriteEndObject();
    }

    /// <summary>Keys stand where they do not belong, too: in one file with their certificates, for example.</summary>
    private string Shown(string text) =>
        isRedacted && SecretText.HoldsPrivateKey(text) ? ConfigNodeJson.Redacted : text;
}
