using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Forwarding;

/// <summary>An access log: where lines go and what they look like.</summary>
internal sealed record StreamAccessLog(AccessLogSink Sink, AccessLogFormat<StreamContext> Format);
