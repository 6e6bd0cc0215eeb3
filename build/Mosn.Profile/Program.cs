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
        string text = await Training.RunAsync(program, folder);
        List<CountedMethod> methods = [.. ProfileText.Read(File.ReadLines(text)).Where(method => method.IsHot)];
        using ProfileWriter writer = new(Path.GetDirectoryName(Path.GetFullPath(program))!);
        int written = methods.Count(writer.TryAdd);
        if (!writer.Has(Training.Witness))
        {
            throw new ProfileException($"nothing was counted in {Training.Witness}: does this runtime still count?");
        }
        writer.Save(output);
        Console.WriteLine($"{output}: {written} methods, {methods.Count - written} left out");
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
