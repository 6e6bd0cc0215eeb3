using System.Text;

namespace Mosn.Protocols.Bolt;

/// <summary>
/// Fields by which SOFARPC and its tracer know a call, wherever it travels in a header map. Their names are told apart by
/// case there, while HTTP may change it on the way.
/// </summary>
public static class SofaFields
{
    /// <summary>Interface and version, divided by a colon.</summary>
    public static ReadOnlySpan<byte> Service => "service"u8;

    /// <summary>The same, of newer clients.</summary>
    public static ReadOnlySpan<byte> TargetService => "sofa_head_target_service"u8;

    public static ReadOnlySpan<byte> Method => "sofa_head_method_name"u8;

    public static ReadOnlySpan<byte> TargetApp => "sofa_head_target_app"u8;

    public static ReadOnlySpan<byte> TraceId => "rpc_trace_context.sofaTraceId"u8;

    /// <summary>Where the call stands in the tree of its trace: numbers divided by points.</summary>
    public static ReadOnlySpan<byte> SpanId => "rpc_trace_context.sofaRpcId"u8;

    public static ReadOnlySpan<byte> CallerApp => "rpc_trace_context.sofaCallerApp"u8;

    public static ReadOnlySpan<byte> CallerZone => "rpc_trace_context.sofaCallerZone"u8;

    /// <summary>What travels with the whole trace: pairs, <c>name=value&amp;</c>.</summary>
    public static ReadOnlySpan<byte> Baggage => "rpc_trace_context.sofaPenAttrs"u8;

    private static readonly byte[][] s_all =
    [
        .. ((string[])
        [
            "service", "sofa_head_target_service", "sofa_head_method_name", "sofa_head_target_app",
            "rpc_trace_context.sofaTraceId", "rpc_trace_context.sofaRpcId", "rpc_trace_context.sofaCallerApp",
            "rpc_trace_context.sofaCallerZone", "rpc_trace_context.sofaPenAttrs",
        ]).Select(Encoding.ASCII.GetBytes),
    ];

    /// <summary>Gives those of the fields that are there the names that peers look for.</summary>
    public static void Spell(HeaderBlock fields)
    {
        foreach (byte[] name in s_all)
        {
            int index = fields.IndexOf(name);
            if (index >= 0 && !fields.Name(index).SequenceEqual(name))
            {
                fields.Set(name, fields.Value(index));
            }
        }
    }

    /// <summary>What is called, as the fields say. False: they do not.</summary>
    public static bool TryGetNames(HeaderBlock fields, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method)
    {
        fields.TryGet(Method, out method);
        return fields.TryGet(TargetService, out service) || fields.TryGet(Service, out service);
    }
}
