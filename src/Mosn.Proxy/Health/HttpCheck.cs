using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Health;

/// <summary>What an HTTP check sends and what must come back: the configuration, compiled. Immutable.</summary>
internal sealed class HttpCheck
{
    private readonly byte[] _method;
    private readonly byte[] _path;
    private readonly byte[]? _query;
    private readonly byte[] _domain;
    private readonly (byte[] Name, byte[] Value)[] _headers;
    private readonly (int Start, int End)[] _codes;

    public HttpCheck(HttpCheckConfig config)
    {
        Port = config.Port;
        int question = config.Path.IndexOf('?', StringComparison.Ordinal);
        string path = question < 0 ? config.Path : config.Path[..question];
        _method = Bytes(config.Method.Length == 0 ? "GET" : config.Method);
        _path = Bytes(path.Length == 0 ? "/" : path);
        _query = question < 0 ? null : Bytes(config.Path[(question + 1)..]);
        _domain = Bytes(config.Domain);
        _headers = [.. config.Headers.Select(static pair => (Bytes(pair.Key), Bytes(pair.Value)))];
        _codes = config.Codes.Count == 0 ? [(200, 200)] : [.. config.Codes.Select(static range => (range.Start, range.End))];
        ExpectedBody = Bytes(config.ExpectedBody);
    }

    /// <summary>0: the host's.</summary>
    public int Port { get; }

    /// <summary>What the body must contain; empty: it is not read.</summary>
    public byte[] ExpectedBody { get; }

    public bool IsGood(int status) => Array.Exists(_codes, range => range.Start <= status && status <= range.End);

    /// <summary>Writes the request into an empty head.</summary>
    public void Fill(RequestHead head, Host host)
    {
        head.Clear();
        head.SetMethod(_method);
        head.SetPath(_path);
        if (_query is not null)
        {
            head.SetQuery(_query);
        }
        head.Headers.Add("User-Agent"u8, "mosn-health-check"u8);
        foreach ((byte[] name, byte[] value) in _headers)
        {
            head.Headers.Set(name, value);
        }
        if (_domain.Length > 0)
        {
            head.SetAuthority(_domain);
        }
        else if (!head.Headers.Contains(KnownHeader.Host) && !head.TrySetAuthority(Bytes(host.AddressText)))
        {
            head.SetAuthority("localhost"u8); // The path of a Unix socket is no host.
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
