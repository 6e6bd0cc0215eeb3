using System.Globalization;
using System.Text;
using Mosn.Protocols;

namespace Mosn.Proxy.Config;

internal sealed partial class ConfigValidator
{
    private void CheckHealthCheck(HealthCheckConfig check)
    {
        if (check.ServiceName.Length == 0)
        {
            Warning(check, "", "no health checks are made without 'service_name'");
        }
        if (check.Timeout > check.Interval)
        {
            Warning(check, "timeout", "'timeout' is above 'interval': a slow host is checked less often");
        }
        foreach (string name in check.CommonCallbacks)
        {
            Warning(check, "common_callbacks", "no such function is built in; it is not called", $"\"{name}\"");
        }
        if (check.CheckConfig?.Http is { } http)
        {
            CheckHttpCheck(check, http);
        }
        if (check.CheckConfig?.Grpc is { } grpc)
        {
            CheckGrpcCheck(check, grpc);
        }
        if (check.CheckConfig?.Tcp is { } tcp)
        {
            CheckTcpCheck(check, tcp);
        }
    }

    private void CheckHttpCheck(HealthCheckConfig check, HttpCheckConfig http)
    {
        if (check.Protocol is not ("Http1" or "Http2"))
        {
            Warning(http, "", "has an effect with protocols Http1 and Http2 only", $"\"{check.Protocol}\"");
        }
        if (http.Scheme is not ("" or "http"))
        {
            Warning(http, "scheme", $"not supported yet: health checks over {http.Scheme}; http is used", $"\"{http.Scheme}\"");
        }
        int query = http.Path.IndexOf('?', StringComparison.Ordinal);
        string path = query < 0 ? http.Path : http.Path[..query];
        bool isPath = path.Length == 0 || HttpSyntax.IsPath(Encoding.UTF8.GetBytes(path));
        if (!isPath || (query >= 0 && !HttpSyntax.IsQuery(Encoding.UTF8.GetBytes(http.Path[(query + 1)..]))))
        {
            Error(http, "path", "not a path", $"\"{http.Path}\"", "a path that begins with '/', with blanks and the like encoded");
        }
        if (http.Method.Length > 0 && !HttpSyntax.IsToken(Encoding.UTF8.GetBytes(http.Method)))
        {
            Error(http, "method", "not a method", $"\"{http.Method}\"");
        }
        else if (http.Method == "CONNECT")
        {
            Error(http, "method", "a check cannot make tunnels", $"\"{http.Method}\"", "GET, HEAD or the like");
        }
        if (http.Domain.Length > 0 && !HttpSyntax.IsAuthority(Encoding.UTF8.GetBytes(http.Domain)))
        {
            Error(http, "domain", "not a host", $"\"{http.Domain}\"", "a name, perhaps with a port");
        }
        foreach (CodeRangeConfig range in http.Codes.Where(static range => range.Start > range.End))
        {
            Error(range, "Start", "'Start' is above 'End'");
        }
        foreach ((string name, string value) in http.Headers)
        {
            if (!HttpSyntax.IsToken(Encoding.UTF8.GetBytes(name)) || !HttpSyntax.IsFieldValue(Encoding.UTF8.GetBytes(value)))
            {
                Error(http, "headers", "not a header", $"\"{name}\": \"{value}\"");
            }
        }
    }

    private void CheckGrpcCheck(HealthCheckConfig check, GrpcCheckConfig grpc)
    {
        if (!HealthCheckConfig.IsGrpc(check.Protocol))
        {
            Warning(grpc, "", "has an effect with protocol grpc only", $"\"{check.Protocol}\"");
        }
        if (grpc.Authority.Length > 0 && !HttpSyntax.IsAuthority(Encoding.UTF8.GetBytes(grpc.Authority)))
        {
            Error(grpc, "authority", "not a host", $"\"{grpc.Authority}\"", "a name, perhaps with a port");
        }
    }

    private void CheckTcpCheck(HealthCheckConfig check, TcpCheckConfig tcp)
    {
        if (check.Protocol is "Http1" or "Http2" && check.CheckConfig?.Http is not null)
        {
            Warning(tcp, "", "has no effect beside 'http_check_config'");
        }
        else if (HealthCheckConfig.IsGrpc(check.Protocol))
        {
            Warning(tcp, "", "has no effect with protocol grpc");
        }
        CheckBytes(tcp, "send", tcp.Send, tcp.SendHex);
        CheckBytes(tcp, "receive", tcp.Receive, tcp.ReceiveHex);
    }

    private void CheckBytes(TcpCheckConfig tcp, string field, string text, string hex)
    {
        if (text.Length > 0 && hex.Length > 0)
        {
            Error(tcp, $"{field}_hex", $"'{field}' and '{field}_hex' are both given; keep one of them");
        }
        if (hex.Length % 2 != 0 || !hex.All(char.IsAsciiHexDigit))
        {
            Error(tcp, $"{field}_hex", "not bytes in hexadecimal", $"\"{hex}\"", "pairs of the digits 0 to f");
        }
    }

    private void CheckFaultTolerance(FaultToleranceFilterConfig tolerance)
    {
        if (tolerance.ExceptionRateMultiple <= 1)
        {
            Error(tolerance, "exceptionRateMultiple", "every host would be an exception", expected: "a number above 1");
        }
        if (tolerance.MaxIpRatio > 1)
        {
            Error(tolerance, "maxIpRatio", "out of range", expected: "a number from 0 to 1");
        }
        foreach (int status in tolerance.ExceptionTypes.Where(static status => status is < 100 or > 599))
        {
            Error(
                tolerance, "exceptionTypes", "not a status code", status.ToString(CultureInfo.InvariantCulture),
                "100 to 599");
        }
    }
}
