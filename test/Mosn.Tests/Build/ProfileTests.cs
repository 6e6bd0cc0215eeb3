using Mono.Cecil;
using Mono.Cecil.Cil;
using Mosn.Profile;
using Mosn.Transport.Loops;

namespace Mosn.Tests.Build;

/// <summary>What the runtime counted becomes what the native compiler reads.</summary>
public class ProfileTests
{
    private static readonly string Folder = Path.GetDirectoryName(typeof(TimerWheel).Assembly.Location)!;

    [Fact]
    public void A_method_is_read_with_its_counters()
    {
        CountedMethod method = Counted("Mosn.A`1[System.__Canon].<Do>g__It|1", 47);

        Assert.Equal(("Mosn.A`1[System.__Canon].<Do>g__It|1", 47), (method.Name, method.CodeBytes));
        Assert.Equal([(385, 8, -1), (195, 9, 0)], method.Counters.Select(one => (one.Kind, one.Offset, one.Other)));
        Assert.Equal(17_832, method.Weight);
        Assert.True(method.IsHot);
    }

    [Theory]
    [InlineData("7", 7UL)]
    [InlineData("7 1", 0x1_0000_0007UL)]
    public void A_number_has_one_word_or_two(string text, ulong expected) =>
        Assert.Equal(expected, Counter.Number(text));

    [Fact]
    public void A_profile_names_the_method_its_weight_and_what_was_counted()
    {
        string path = Path.Combine(Path.GetTempPath(), $"mosn-profile-{Guid.NewGuid():N}.mibc");
        try
        {
            using (ProfileWriter writer = new(Folder))
            {
                Assert.True(writer.TryAdd(Counted("Mosn.Transport.Loops.TimerWheel.NextDelayMs", CodeBytes())));
                Assert.True(writer.Has("Mosn.Transport.Loops.TimerWheel.NextDelayMs"));
                writer.Save(path);
            }
            using AssemblyDefinition profile = AssemblyDefinition.ReadAssembly(path);
            MethodDefinition[] methods = [.. profile.MainModule.Types[0].Methods];
            Assert.Equal(["Assembly_Mosn.Transport;", "AssemblyDictionary"], methods.Select(method => method.Name));
            Assert.Equal("Mosn.Transport;", methods[1].Body.Instructions[0].Operand);
            string[] group = [.. methods[0].Body.Instructions.Select(Text)];
            Assert.Equal(
                [
                    "NextDelayMs", "ExclusiveWeight", "17832", "InstrumentationDataStart",
                    "15", "8", "385", "1", "-1", "17832",
                    "15", "9", "195", "2", "0", "LoopTimer", "0",
                    "InstrumentationDataEnd", "", "",
                ],
                group);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_method_that_is_only_placed_has_no_counters_in_the_profile()
    {
        string path = Path.Combine(Path.GetTempPath(), $"mosn-profile-{Guid.NewGuid():N}.mibc");
        try
        {
            using (ProfileWriter writer = new(Folder))
            {
                Assert.True(writer.TryPlace(Counted("Mosn.Transport.Loops.TimerWheel.NextDelayMs", CodeBytes()), weight: 7));
                writer.Save(path);
            }
            using AssemblyDefinition profile = AssemblyDefinition.ReadAssembly(path);
            MethodDefinition group = profile.MainModule.Types[0].Methods[0];
            Assert.Equal(["NextDelayMs", "ExclusiveWeight", "7", "", ""], group.Body.Instructions.Select(Text));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void What_runs_in_life_lies_before_what_only_the_start_runs_and_what_is_hot_before_both()
    {
        CountedMethod hot = Weighing("Hot", 500);
        CountedMethod life = Weighing("Life", 40);
        CountedMethod both = Weighing("Both", 12);
        CountedMethod start = Weighing("Start", 9);
        CountedMethod never = Weighing("Never", 0);

        IEnumerable<(CountedMethod Method, int Weight)> order = ProfileOrder.Of(
            [never, start, both, life, hot], [never, start, Weighing("Both", 9)]);

        Assert.Equal([("Start", 1), ("Both", 4), ("Life", 41)], order.Select(place => (place.Method.Name, place.Weight)));
        Assert.True(hot.IsHot && hot.Weight > life.Weight + 1);
    }

    [Fact]
    public void A_method_whose_code_has_another_length_is_another_method()
    {
        using ProfileWriter writer = new(Folder);
        Assert.False(writer.TryAdd(Counted("Mosn.Transport.Loops.TimerWheel.NextDelayMs", CodeBytes() + 1)));
        Assert.False(writer.TryAdd(Counted("Mosn.Transport.Loops.NoSuchType.NextDelayMs", CodeBytes())));
    }

    [Theory]
    [InlineData("Mosn.Transport.Sockets.EpollLoop", "Mosn.Transport.Sockets.EpollLoop..ctor", ".ctor")]
    [InlineData("Mosn.Transport.Buffers.OutputQueue", "Mosn.Transport.Buffers.OutputQueue.AddressOf", "AddressOf")]
    [InlineData(
        "Mosn.Transport.Loops.ObjectPool`1", "Mosn.Transport.Loops.ObjectPool`1[System.__Canon].Rent", "Rent")]
    [InlineData(
        "Mosn.Proxy.Network.Connection", "Mosn.Proxy.Network.Connection.Mosn.Transport.ITransportEvents.OnReadable",
        "Mosn.Transport.ITransportEvents.OnReadable")]
    public void Methods_of_all_kinds_are_found(string type, string name, string method)
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(
            Path.Combine(Folder, type.StartsWith("Mosn.Proxy", StringComparison.Ordinal) ? "Mosn.Proxy.dll" : "Mosn.Transport.dll"));
        MethodDefinition defined = assembly.MainModule.GetType(type).Methods.Single(one => one.Name == method);
        CountedMethod counted = Counted(name, defined.Body.CodeSize) with
        {
            Signature = defined.FullName.Replace("System.Int32", "int32", StringComparison.Ordinal),
        };

        using ProfileWriter writer = new(Folder);
        Assert.True(writer.TryAdd(counted));
    }

    private static CountedMethod Counted(string name, int codeBytes) =>
        Assert.Single(ProfileText.Read(Text(name, codeBytes)));

    private static CountedMethod Weighing(string name, int weight) =>
        new(name, "void  ()", 3, [new Counter(385, 0, 0, [$"{weight}"])]);

    private static int CodeBytes() =>
        typeof(TimerWheel).GetMethod(nameof(TimerWheel.NextDelayMs))!.GetMethodBody()!.GetILAsByteArray()!.Length;

    private static string[] Text(string name, int codeBytes) =>
    [
        "*** START PGO Data, max index = 1 ***",
        $"@@@ codehash 0xE5AC79E4 methodhash 0x220C39DD ilSize 0x{codeBytes:X8} records 0x00000002",
        "MethodName: " + name,
        "Signature: instance int32  (int64)",
        "Schema InstrumentationKind 385 ILOffset 8 Count 1 Other 4294967295",
        "17832",
        "Schema InstrumentationKind 195 ILOffset 9 Count 2 Other 0",
        "TypeHandle: Mosn.Transport.Loops.LoopTimer, Mosn.Transport, Version=0.1.0.0, Culture=neutral, PublicKeyToken=null",
        "TypeHandle: NULL",
        "*** END PGO Data ***",
    ];

    private static string Text(Instruction instruction) => instruction.Operand switch
    {
        MemberReference member => member.Name,
        null when instruction.OpCode == OpCodes.Ldc_I4_0 => "0",
        null => "",
        object operand => operand.ToString()!,
    };
}
