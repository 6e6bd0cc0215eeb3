using Mosn.Fuzz;
using SharpFuzz;

// Under AFL, which gives the inputs:  Mosn.Fuzz TARGET
// Inputs again, one after the other:  Mosn.Fuzz TARGET FILE|DIRECTORY...
// The names of the targets:           Mosn.Fuzz
const int InputBytesMax = 64 * 1024;

IFuzzTarget[] targets =
[
    new Http1Target(), new HpackTarget(), new Http2Target(), new ConfigTarget(), new HessianTarget(),
    .. FrameTargets.All,
];
if (args.Length == 0)
{
    Array.ForEach(targets, static target => Console.WriteLine(target.Name));
    return 0;
}
if (Array.Find(targets, target => target.Name == args[0]) is not { } chosen)
{
    Console.Error.WriteLine($"there is no target '{args[0]}'");
    return 2;
}
if (args.Length > 1)
{
    return Replay(chosen, args[1..]);
}
byte[] buffer = new byte[InputBytesMax];
Fuzzer.Run(stream => chosen.Run(new FuzzInput(buffer.AsSpan(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)))));
return 0;

static int Replay(IFuzzTarget target, IEnumerable<string> paths)
{
    int count = 0;
    int failed = 0;
    foreach (string file in paths.SelectMany(FilesOf))
    {
        count++;
        try
        {
            target.Run(new FuzzInput(File.ReadAllBytes(file)));
        }
        catch (Exception e) when (e is not (IOException or UnauthorizedAccessException))
        {
            failed++;
            Console.Error.WriteLine($"{target.Name}: {file}: {e}");
        }
    }
    Console.WriteLine($"{target.Name}: {count} inputs, {failed} findings");
    return failed == 0 && count > 0 ? 0 : 1;
}

static IEnumerable<string> FilesOf(string path) =>
    Directory.Exists(path) ? Directory.GetFiles(path).Order(StringComparer.Ordinal) : [path];
