using System.Buffers;

namespace Mosn.Proxy.Config;

/// <summary>
/// Tells what may be a secret, so that no problem, dump or log shows it. When in doubt it is one: a message that shows less
/// costs a look into the file, and one that shows a key costs the key.
/// </summary>
internal static class SecretText
{
    /// <summary>Characters of base64 in a row that are rather a piece of a key than a word.</summary>
    private const int EncodedRunMin = 40;

    /// <summary>Characters of base64 that are a line of a key if the line has no others.</summary>
    private const int EncodedLineMin = 12;

    /// <summary>Characters of base64 that are a piece of a key if both cases and digits are among them.</summary>
    private const int EncodedWordMin = 20;

    private static readonly char[] s_separators = [' ', '\t', '"', '\'', ',', ':'];

    private static readonly string[] s_secretWords =
    [
        "private_key", "privatekey", "password", "passwd", "secret", "token", "credential", "authentication",
        "authorization", "cookie", "api-key", "api_key", "apikey",
    ];

    private static readonly SearchValues<char> s_base64 = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    // What stands before a secret within a line, besides the words above.
    private static readonly string[] s_secretMarks = ["-----", "basic ", "bearer "];

    /// <summary>True if a member or a header of this name is likely to hold what must not be shown.</summary>
    public static bool IsSecretName(string name) =>
        Array.Exists(s_secretWords, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>A key in PEM form is a secret wherever it stands, for example in an xDS bootstrap.</summary>
    public static bool HoldsPrivateKey(string text) => text.Contains("PRIVATE KEY-----", StringComparison.Ordinal);

    /// <summary>True if the text at a node may be a secret: by what it is, or by the name that it has.</summary>
    public static bool IsSecret(ConfigNode node)
    {
        ConfigNode? named = node;
        while (named is { Key: null, Parent: not null })
        {
            named = named.Parent; // An item of a list goes by the name of the list.
        }
        return (named.Key is { } key && IsSecretName(key))
            || IsValueOfSecretName(named)
            || HoldsMark(node.Text)
            || HoldsEncodedRun(node.Text)
            || IsEncodedWord(node.Text);
    }

    /// <summary>
    /// True if a line of a file must not be shown beside a problem: it names a secret, or is a line of an encoded one.
    /// </summary>
    public static bool IsSecretLine(string line) =>
        IsSecretName(line)
        || HoldsMark(line)
        || HoldsEncodedRun(line)
        || IsEncoded(line.AsSpan().Trim())
        || Array.Exists(line.Split(s_separators), IsEncodedWord);

    private static bool HoldsMark(string text) =>
        Array.Exists(s_secretMarks, mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase));

    /// <summary>Without slashes, which paths are full of, a piece of a key is still long.</summary>
    private static bool HoldsEncodedRun(string text)
    {
        int run = 0;
        bool hasDigit = false;
        foreach (char c in text)
        {
            bool isPart = char.IsAsciiLetterOrDigit(c) || c is '+' or '=';
            run = isPart ? run + 1 : 0;
            hasDigit = isPart && (hasDigit || char.IsAsciiDigit(c));
            if (run >= EncodedRunMin && hasDigit)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The last line of a PEM block may be short, but it is nothing else.</summary>
    private static bool IsEncoded(ReadOnlySpan<char> line) =>
        line.Length >= EncodedLineMin && !line.ContainsAnyExcept(s_base64);

    /// <summary>No name and no path, but letters of both cases and digits without anything between them.</summary>
    private static bool IsEncodedWord(string text) =>
        text.Length >= EncodedWordMin
        && IsEncoded(text)
        && !text.Contains('/', StringComparison.Ordinal)
        && text.AsSpan().ContainsAnyInRange('0', '9')
        && text.AsSpan().ContainsAnyInRange('a', 'z')
        && text.AsSpan().ContainsAnyInRange('A', 'Z');

    /// <summary>Pairs such as <c>{"name": "authorization", "value": …}</c>: one member tells what the other one is.</summary>
    private static bool IsValueOfSecretName(ConfigNode node) =>
        string.Equals(node.Key, "value", StringComparison.OrdinalIgnoreCase)
        && (node.Parent!.Find("name") ?? node.Parent.Find("key")) is { Kind: ConfigNodeKind.String } name
        && IsSecretName(name.Text);
}
