using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>Compiles what the proxy answers itself.</summary>
internal static class AnswerCompiler
{
    public static Redirect Compile(RedirectConfig config, string place, List<string> problems)
    {
        if (config.ResponseCode is not (0 or 301 or 302 or 303 or 307 or 308))
        {
            problems.Add($"{place}: {config.ResponseCode} is not a redirect code; 301, 302, 303, 307 and 308 are");
        }
        string scheme = config.SchemeRedirect.ToLowerInvariant();
        if (scheme.Length > 0 && !(char.IsAsciiLetter(scheme[0])
            && scheme.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '-')))
        {
            problems.Add($"{place}: '{config.SchemeRedirect}' is not a scheme");
        }
        if (config.HostRedirect.Length > 0 && !Protocols.HttpSyntax.IsAuthority(Utf8(config.HostRedirect)))
        {
            problems.Add($"{place}: '{config.HostRedirect}' is not a host with an optional port");
        }
        byte[] path = Utf8(config.PathRedirect is "" or ['/', ..] ? config.PathRedirect : $"/{config.PathRedirect}");
        byte[] encoded = new byte[RequestPath.EncodedLengthMax(path.Length)];
        return new Redirect(
            config.ResponseCode == 0 ? 301 : config.ResponseCode,
            Utf8(scheme),
            Utf8(config.HostRedirect),
            encoded[..RequestPath.Encode(path, encoded)]);
    }

    public static DirectReply Compile(DirectResponseConfig config, string place, List<string> problems)
    {
        if (config.Status is < 200 or > 599)
        {
            problems.Add($"{place}: {config.Status} is not a status to answer with; 200 to 599 are");
        }
        return new DirectReply(config.Status, Utf8(config.Body));
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
