using Mosn.Profile;

// Usage: Mosn.Profile MOSN.dll OUT.mibc. See docs/decisions/0014-a-profile-for-the-native-compiler.md.
if (args is not [string program, string output])
{
    Console.Error.WriteLine("usage: Mosn.Profile MOSN.dll OUT.mibc");
    return 1;
}
try
{
    string folder = Directory.CreateTempSubdirectory("mosn-profile-").FullName;
    try
    {
        List<CountedMethod> ofStart = await CountAsync(program, folder, isLoaded: false);
        List<CountedMethod> ofLife = await CountAsync(program, folder, isLoaded: true);
        using ProfileWriter writer = new(Path.GetDirectoryName(Path.GetFullPath(program))!);
        int hot = ofLife.Count(method => method.IsHot && writer.TryAdd(method));
        int others = ProfileOrder.Of(ofLife, ofStart).Count(place => writer.TryPlace(place.Method, place.Weight));
        if (!writer.Has(Training.Witness))
        {
            throw new ProfileException($"nothing was counted in {Training.Witness}: does this runtime still count?");
        }
        writer.Save(output);
        Console.WriteLine($"{output}: {hot} hot methods, {others} others, {ofLife.Count - hot - others} left out");
        return 0;
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
}
catch (ProfileException problem)
{
    Console.Error.WriteLine($"no profile: {problem.Message}");
    return 1;
}

static async Task<List<CountedMethod>> CountAsync(string program, string folder, bool isLoaded)
{
    string own = Directory.CreateDirectory(Path.Combine(folder, isLoaded ? "life" : "start")).FullName;
    string text = await Training.RunAsync(program, own, isLoaded);
    return [.. ProfileText.Read(File.ReadLines(text))];
}
