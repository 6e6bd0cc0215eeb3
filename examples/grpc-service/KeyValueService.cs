using System.Collections.Concurrent;
using System.Text;
using Mosn.Protocols.Grpc;
using Mosn.Proxy.Grpc;

namespace GrpcServiceExample;

/// <summary>
/// Keys and their values, in memory. A message is a line of text, so that the example needs no code generator: with
/// Google.Protobuf it would be <c>Request.Parser.ParseFrom(request.Span)</c> and <c>reply.ToByteArray()</c>.
/// </summary>
/// <remarks>Every loop calls the handlers, so what they share is made for several threads.</remarks>
internal sealed class KeyValueService
{
    private const int KeysMaxDefault = 1000;

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly int _keysMax;

    private KeyValueService(int keysMax) => _keysMax = keysMax;

    /// <summary>The service of a listener. <c>grpc_config</c> may hold <c>max_keys</c>.</summary>
    public static GrpcService Build(GrpcServiceSettings settings)
    {
        string text = settings.Config?.Members.Where(static member => member.Name == "max_keys").Select(static member => member.Value.Text)
            .FirstOrDefault() ?? $"{KeysMaxDefault}";
        if (!int.TryParse(text, out int keysMax) || keysMax < 1)
        {
            throw new FormatException($"'max_keys' is '{text}'; expected a number from 1");
        }
        KeyValueService service = new(keysMax);
        return new GrpcService()
            .Unary("/example.KeyValues/Set", service.SetAsync)
            .Unary("/example.KeyValues/Get", service.GetAsync)
            .Streaming("/example.KeyValues/Watch", service.WatchAsync);
    }

    private ValueTask<GrpcReply> SetAsync(GrpcCall call, ReadOnlyMemory<byte> request)
    {
        if (Encoding.UTF8.GetString(request.Span).Split('=', 2) is not [string key, string value])
        {
            return new(GrpcReply.Failed(GrpcStatus.InvalidArgument, "expected KEY=VALUE"));
        }
        if (_entries.Count >= _keysMax && !_entries.ContainsKey(key))
        {
            return new(GrpcReply.Failed(GrpcStatus.ResourceExhausted, $"there are {_keysMax} keys already"));
        }
        _entries.GetOrAdd(key, static _ => new Entry()).Set(value);
        return new(new GrpcReply("ok"u8.ToArray()));
    }

    private ValueTask<GrpcReply> GetAsync(GrpcCall call, ReadOnlyMemory<byte> request)
    {
        string key = Encoding.UTF8.GetString(request.Span);
        return new(_entries.TryGetValue(key, out Entry? entry)
            ? new GrpcReply(Encoding.UTF8.GetBytes(entry.Current.Value))
            : GrpcReply.Failed(GrpcStatus.NotFound, $"there is no '{key}'"));
    }

    /// <summary>Sends the value of a key, and every newer one for as long as the client listens.</summary>
    private async ValueTask<GrpcResult> WatchAsync(GrpcCall call)
    {
        if (await call.ReadAsync() is not { } request)
        {
            return new GrpcResult(GrpcStatus.InvalidArgument, "expected a key");
        }
        if (!_entries.TryGetValue(Encoding.UTF8.GetString(request.Span), out Entry? entry))
        {
            return new GrpcResult(GrpcStatus.NotFound);
        }
        Task cancelled = Task.Delay(Timeout.Infinite, call.Cancellation);
        Version version = entry.Current;
        while (await call.WriteAsync(Encoding.UTF8.GetBytes(version.Value)))
        {
            // No wait of the loop's own, and yet the handler comes back to its loop.
            await Task.WhenAny(version.IsOld, cancelled);
            version = entry.Current;
        }
        return GrpcResult.Ok;
    }

    /// <summary>A value, and word of when it is no longer the newest.</summary>
    private sealed record Version(string Value)
    {
        private readonly TaskCompletionSource _old = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsOld => _old.Task;

        public void Retire() => _old.TrySetResult();
    }

    private sealed class Entry
    {
        private Version _current = new("");

        public Version Current => Volatile.Read(ref _current);

        public void Set(string value) => Interlocked.Exchange(ref _current, new Version(value)).Retire();
    }
}
