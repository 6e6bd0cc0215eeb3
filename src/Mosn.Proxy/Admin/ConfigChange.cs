using Mosn.Proxy.Config;

namespace Mosn.Proxy.Admin;

/// <summary>What a change of the running configuration came to.</summary>
/// <param name="Status">HTTP status: 200 done, 404 what it is about is not there, 400 it is refused.</param>
/// <param name="Text">What has changed, or why nothing has.</param>
internal sealed record ConfigChange(int Status, string Text)
{
    /// <summary>Besides those that reading the change found.</summary>
    public IReadOnlyList<ConfigProblem> Problems { get; init; } = [];

    public bool IsDone => Status == 200;

    public static ConfigChange Done(string text) => new(200, text);

    public static ConfigChange NotFound(string text) => new(404, text);

    /// <param name="problems">At least one.</param>
    public static ConfigChange Refused(IEnumerable<string> problems)
    {
        ConfigProblem[] all = [.. problems.Select(static problem => new ConfigProblem { Message = problem })];
        return new ConfigChange(400, all[0].Message) { Problems = all };
    }
}
