using System.Text;

namespace Mosn.Proxy.Admin;

/// <summary>
/// The parameters of a request's query, decoded as HTML forms are: <c>a=1&amp;b</c>, plus signs for spaces, percent
/// escapes. Names are case-sensitive, and a name may be given several times.
/// </summary>
internal sealed class AdminQuery
{
    private readonly List<(string Name, string Value)> _parameters = [];

    /// <param name="query">Without the question mark; bounded by the limit of the request head.</param>
    public AdminQuery(ReadOnlySpan<byte> query)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (string part in Encoding.Latin1.GetString(query).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = Decode(equals < 0 ? part : part[..equals]);
            _parameters.Add((name, equals < 0 ? "" : Decode(part[(equals + 1)..])));
            names.Add(name);
        }
        NameCount = names.Count;
    }

    /// <summary>How many different names there are.</summary>
    public int NameCount { get; }

    /// <summary>The first name; empty if there is none.</summary>
    public string FirstName => _parameters.Count > 0 ? _parameters[0].Name : "";

    /// <summary>The first value of that name; empty if it is not there.</summary>
    public string Value(string name) => All(name).FirstOrDefault() ?? "";

    /// <summary>All values of that name, in order.</summary>
    public IEnumerable<string> All(string name) =>
        _parameters.Where(parameter => parameter.Name == name).Select(static parameter => parameter.Value);

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
