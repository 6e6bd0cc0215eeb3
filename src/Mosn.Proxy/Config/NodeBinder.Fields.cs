namespace Mosn.Proxy.Config;

internal sealed partial class NodeBinder
{
    public override IReadOnlyList<FilterConfig> Filters(
        string name, IReadOnlyList<FilterConfig> value, FilterKindTable kinds, string doc, Field field = default)
    {
        ConfigNode? node = TakeArray(name, field);
        return node is null ? value : [.. node.Items.Select(item => ReadFilter(item, kinds))];
    }

    public override IReadOnlyDictionary<string, FilterConfig> FilterMap(
        string name, IReadOnlyDictionary<string, FilterConfig> value, FilterKindTable kinds, string doc,
        Field field = default)
    {
        ConfigNode? node = TakeObject(name, field);
        if (node is null || node.Members.Count == 0)
        {
            return value;
        }
        NodeBinder binder = new(_context, node);
        Dictionary<string, FilterConfig> filters = new(StringComparer.Ordinal);
        foreach (ConfigMember member in node.Members)
        {
            FilterKind? kind = FindKind(kinds, member.Name);
            ReportFilterType(member.Value, member.Name, kind, kinds, isPlugin: false);
            FilterConfig filter = new()
            {
                Type = member.Name,
                Config = member.Value,
                Typed = BindSettings(kind, binder, node, member.Name),
            };
            _context.Remember(filter, member.Value);
            filters[member.Name] = filter;
        }
        return filters;
    }

    public override ProtocolSettingsConfig Protocols(
        string name, ProtocolSettingsConfig value, string protocolsName, string doc, Field field = default)
    {
        ConfigNode? node = TakeObject(name, field);
        if (node is null)
        {
            return value;
        }
        string protocol = _node?.Find(protocolsName)?.Text ?? "";
        if (IsProtocol(protocol)
            && protocol is not ("Auto" or "X")
            && !node.Members.Any(m => IsProtocol(m.Name)))
        {
            return With(new ProtocolSettingsConfig(), protocol, node);
        }
        ProtocolSettingsConfig settings = new();
        foreach (ConfigMember member in node.Members)
        {
            if (member.Name == "sub_protocol")
            {
                settings = settings with { SubProtocol = Text(member.Value) ?? "" };
            }
            else if (IsProtocol(member.Name))
            {
                settings = With(settings, member.Name, member.Value);
            }
            else
            {
                ReportUnknown(node, member, _context.Options.ProtocolNames, "protocol");
            }
        }
        return settings;
    }

    private bool IsProtocol(string name) =>
        FilterKinds.Protocols.Contains(name) || _context.Options.Protocols.Contains(name);

    private ProtocolSettingsConfig With(ProtocolSettingsConfig settings, string protocol, ConfigNode node)
    {
        switch (protocol)
        {
            case "Http1":
                return settings with { Http1 = Read<Http1Config>(_context, node) };
            case "Http2":
                return settings with { Http2 = Read<Http2Config>(_context, node) };
            default:
                Dictionary<string, FrameProtocolConfig> frames = new(settings.Frames, StringComparer.Ordinal)
                {
                    [protocol] = Read<FrameProtocolConfig>(_context, node),
                };
                return settings with { Frames = frames };
        }
    }

    private FilterConfig ReadFilter(ConfigNode node, FilterKindTable kinds)
    {
        if (node.Kind != ConfigNodeKind.Object)
        {
            Mismatch(Problems, node, "an object");
            return new FilterConfig();
        }
        NodeBinder binder = new(_context, node);
        string type = binder.String("type", "", "", Field.Required);
        FilterKind? kind = FindKind(kinds, type);
        ConfigNode? settings = node.Find("config");
        TypedFilterConfig? typed = BindSettings(kind, binder, node, "config");
        GoPluginConfig? plugin = binder.Object<GoPluginConfig>(
            "go_plugin_config", null, "", Field.Needs(ConfigFeature.GoPlugins));
        binder.ReportUnknown();
        ReportFilterType(node.Find("type") ?? node, type, kind, kinds, plugin is not null);
        FilterConfig filter = new() { Type = type, Config = settings, Typed = typed, GoPlugin = plugin };
        _context.Remember(filter, node);
        return filter;
    }

    /// <summary>Settings that are absent are read as empty ones: what a filter needs must not be missing then, either.</summary>
    private TypedFilterConfig? BindSettings(FilterKind? kind, NodeBinder binder, ConfigNode node, string name)
    {
        if (kind is null or RawFilterKind || node.Find(name) is { Kind: not ConfigNodeKind.Null })
        {
            binder.Take(name, default);
            return kind?.Bind(binder, name, null, "");
        }
        ConfigNode empty = new(node.Source, ConfigNodeKind.Object, "", node.Line, node.Column) { Parent = node, Key = name };
        ConfigNode holder = new(node.Source, ConfigNodeKind.Object, "", node.Line, node.Column)
        {
            Members = [new ConfigMember(name, node.Line, node.Column, empty)],
        };
        binder.Take(name, default);
        return kind.Bind(new NodeBinder(_context, holder), name, null, "");
    }

    private FilterKind? FindKind(FilterKindTable kinds, string type) =>
        kinds.Find(type) ?? (IsAdded(kinds, type) ? new RawFilterKind(type) : null);

    /// <summary>Whether this binary has a filter that the product lacks.</summary>
    private bool IsAdded(FilterKindTable kinds, string type) =>
        kinds == FilterKinds.Stream && _context.Options.StreamFilters.Contains(type);

    private void ReportFilterType(
        ConfigNode at, string type, FilterKind? kind, FilterKindTable kinds, bool isPlugin)
    {
        if (kind is null && type.Length > 0 && !isPlugin)
        {
            IEnumerable<string> names = kinds.Kinds.Select(static k => k.Name);
            Problems.Error(
                at, $"unknown {kinds.Kind}", ConfigProblems.Show(type), string.Join(", ", names),
                NearestMatch.Of(type, names));
        }
        else if (kind is not null && !ConfigCapabilities.Has(kinds.Kind, type) && !IsAdded(kinds, type))
        {
            if (kinds == FilterKinds.Stream && FilterKinds.Guards.Contains(type))
            {
                Problems.Error(at, $"not supported yet: {kinds.Kind} {type}; whoever it would keep out would get in");
                return;
            }
            NotYet(at, $"{kinds.Kind} {type}");
        }
    }

    /// <summary>The member of that name if it is there and not null; a required one that is missing is an error.</summary>
    private ConfigNode? Take(string name, Field field)
    {
        _asked.Add(name);
        ConfigNode? value = _node?.Find(name);
        if (value?.Key is { } key)
        {
            _taken.Add(key);
        }
        if (value is null or { Kind: ConfigNodeKind.Null })
        {
            if (field.IsRequired && _node is not null)
            {
                Problems.Error(_node, $"'{name}' is missing");
            }
            return null;
        }
        return value;
    }

    private ConfigNode? TakeArray(string name, Field field)
    {
        ConfigNode? node = Take(name, field);
        if (node is not null && node.Kind != ConfigNodeKind.Array)
        {
            Mismatch(Problems, node, "a list");
            return null;
        }
        NoteUse(node, field, node?.Items.Count > 0);
        return node;
    }

    private ConfigNode? TakeObject(string name, Field field)
    {
        ConfigNode? node = Take(name, field);
        if (node is not null && node.Kind != ConfigNodeKind.Object)
        {
            Mismatch(Problems, node, "an object");
            return null;
        }
        NoteUse(node, field, node?.Members.Count > 0);
        return node;
    }

    private string? Text(ConfigNode node)
    {
        // An unquoted YAML scalar that looks like a number or a bool is still the text that somebody wrote.
        bool isText = node.Kind == ConfigNodeKind.String
            || (node.IsPlain && node.Kind is ConfigNodeKind.Number or ConfigNodeKind.Bool);
        if (isText)
        {
            return node.Text;
        }
        Mismatch(Problems, node, "a string");
        return null;
    }

    private void NoteUse(ConfigNode? node, Field field, bool isUsed)
    {
        if (node is not null && isUsed && field.Feature is { } feature && !ConfigCapabilities.Has(feature))
        {
            NotYet(node, ConfigCapabilities.Describe(feature));
        }
    }

    private void NotYet(ConfigNode node, string what) => Problems.Warning(node, $"not supported yet: {what}");

    private static void Mismatch(ConfigProblems problems, ConfigNode node, string expected) =>
        problems.Error(node, "wrong kind of value", ConfigProblems.Show(node), expected);

    private void ReportUnknown()
    {
        foreach (ConfigMember member in _node?.Members ?? [])
        {
            if (!_taken.Contains(member.Name))
            {
                ReportUnknown(_node!, member, _asked, "key");
            }
        }
    }

    private void ReportUnknown(ConfigNode node, ConfigMember member, IReadOnlyList<string> known, string what)
    {
        bool isSecondSpelling = known.Contains(member.Name, StringComparer.OrdinalIgnoreCase);
        Problems.Add(
            _context.Options.IsStrict ? ConfigSeverity.Error : ConfigSeverity.Warning,
            node.Source, member.Line, member.Column, ConfigNode.PathOf(node, member.Name),
            isSecondSpelling ? $"another spelling of a {what} that is given, too" : $"unknown {what}",
            $"\"{member.Name}\"",
            known.Count is > 0 and <= 6 ? string.Join(", ", known) : null,
            isSecondSpelling ? null : NearestMatch.Of(member.Name, known));
    }
}
