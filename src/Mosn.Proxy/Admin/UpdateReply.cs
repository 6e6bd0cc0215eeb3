using Mosn.Proxy.Config;

namespace Mosn.Proxy.Admin;

/// <summary>What the endpoints that change the configuration have in common: how they read, and how they answer.</summary>
internal static class UpdateReply
{
    /// <summary>As problems call the text that was sent.</summary>
    public const string BodyName = "body";

    /// <summary>The value of a parameter that must be given once and not be empty; null: it is not, and is answered so.</summary>
    public static string? Required(AdminRequest request, AdminResponse response, string name)
    {
        string[] values = [.. request.Query.All(name)];
        if (values is [{ Length: > 0 } value])
        {
            return value;
        }
        response.Fail(400, $"the parameter '{name}' must be given once and not be empty");
        return null;
    }

    /// <summary>Makes the change that a body asks for, or says what is wrong with the body.</summary>
    public static void Apply<T>(AdminResponse response, ConfigPart<T> part, Func<T, Task<ConfigChange>> change)
        where T : class
    {
        if (part.Value is { } value)
        {
            Apply(response, change(value), part.Problems);
        }
        else
        {
            int errors = part.Problems.Count(static problem => problem.Severity == ConfigSeverity.Error);
            string count = errors == 1 ? "1 error" : $"{errors} errors";
            Fail(response, 400, $"{count} in the body; nothing was changed", part.Problems);
        }
    }

    /// <summary>Answers when the change is done or refused.</summary>
    public static void Apply(AdminResponse response, Task<ConfigChange> change, IReadOnlyList<ConfigProblem> warnings)
    {
        response.Pending = FinishAsync();

        async Task FinishAsync()
        {
            ConfigChange done = await change;
            ConfigProblem[] problems = [.. warnings, .. done.Problems];
            response.Note = done.Text;
            if (done.IsDone)
            {
                Write(response, "changed", done.Text, problems);
            }
            else
            {
                Fail(response, done.Status, done.Text, problems);
            }
        }
    }

    private static void Fail(AdminResponse response, int status, string text, IReadOnlyList<ConfigProblem> problems)
    {
        response.Status = status;
        response.Note = text;
        Write(response, "error", text, problems);
    }

    private static void Write(AdminResponse response, string member, string text, IReadOnlyList<ConfigProblem> problems)
    {
        response.WriteIndentedJson(json =>
        {
            json.WriteStartObject();
            json.WriteString(member, text);
            ConfigProblemText.WriteList(json, problems);
            json.WriteEndObject();
        });
        response.Write("\n");
    }
}
