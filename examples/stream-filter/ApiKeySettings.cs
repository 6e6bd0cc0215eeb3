using System.Security.Cryptography;
using System.Text;
using Mosn.Proxy.Config;

namespace StreamFilterExample;

/// <summary>Who may come in with which key. Immutable, so that all loops can share it.</summary>
internal sealed class ApiKeySettings
{
    private readonly (byte[] Key, byte[] User)[] _users;

    private ApiKeySettings(string header, IEnumerable<(string Key, string User)> users)
    {
        Header = Encoding.ASCII.GetBytes(header);
        _users = [.. users.Select(static entry => (Encoding.UTF8.GetBytes(entry.Key), Encoding.UTF8.GetBytes(entry.User)))];
    }

    /// <summary>Name of the header that has the key.</summary>
    public byte[] Header { get; }

    /// <summary>Reads the settings. What is wrong with them ends the start, with this message.</summary>
    /// <exception cref="FormatException">Says what is wrong and where.</exception>
    public static ApiKeySettings Read(FilterConfig filter)
    {
        ConfigNode? settings = filter.Config;
        string header = settings?.Find("header")?.Text ?? "x-api-key";
        if (settings?.Find("users") is not { Kind: ConfigNodeKind.Object } users)
        {
            throw new FormatException($"{ApiKeyFilter.Type}: 'users' is missing; expected an object of keys and names");
        }
        foreach (ConfigMember user in users.Members)
        {
            if (user.Value.Kind != ConfigNodeKind.String)
            {
                throw new FormatException($"{ApiKeyFilter.Type}: {user.Value.Path} (line {user.Line}) is not a name");
            }
        }
        return new ApiKeySettings(header, users.Members.Select(static user => (user.Name, user.Value.Text)));
    }

    /// <summary>What a route or virtual host says under <c>per_filter_config</c>; it replaces the listener's.</summary>
    public static object OfRoute(FilterConfig filter) => Read(filter);

    /// <summary>The name of the key's owner; empty: there is none. Allocates nothing.</summary>
    public ReadOnlySpan<byte> UserOf(ReadOnlySpan<byte> key)
    {
        foreach ((byte[] known, byte[] user) in _users)
        {
            if (CryptographicOperations.FixedTimeEquals(key, known))
            {
                return user;
            }
        }
        return default;
    }
}
