using System.Text;
using CsCheck;
using Mosn.Protocols;
using Mosn.Tests.Protocols.Http1;

namespace Mosn.Tests.Protocols;

public class HeaderBlockTests
{
    private static readonly string[] Names =
        ["Host", "HOST", "X-A", "x-a", "Te", "Content-Length", "X-Long-Name-Of-Mine"];

    /// <summary>Against the plainest model there is: a list of pairs.</summary>
    [Fact]
    public void Any_sequence_of_changes_gives_what_a_list_would() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, Names.Length - 1], Gen.String[Gen.Char['a', 'z'], 0, 40])
            .List[0, 60].Sample(steps =>
            {
                HeaderBlock block = new();
                List<(string Name, string Value)> model = [];
                foreach ((int action, int index, string value) in steps)
                {
                    Apply(block, model, action, Names[index], value);
                    AssertEqual(model, block);
                }
            });

    [Fact]
    public void Every_known_name_is_recognised_in_any_case_and_no_neighbour_is()
    {
        foreach (KnownHeader header in Enum.GetValues<KnownHeader>().Where(h => h != KnownHeader.None))
        {
            string name = Encoding.ASCII.GetString(KnownHeaders.NameOf(header));
            Assert.Equal(header.ToString(), name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
            Assert.Equal(header, KnownHeaders.Of(Encoding.ASCII.GetBytes(name)));
            Assert.Equal(header, KnownHeaders.Of(Encoding.ASCII.GetBytes(name.ToUpperInvariant())));
            Assert.Equal(header, KnownHeaders.Of(Encoding.ASCII.GetBytes(name.ToLowerInvariant())));
            for (int i = 0; i < name.Length; i++)
            {
                AssertNeighbours(name, i);
            }
        }
    }

    [Fact]
    public void A_value_may_come_from_the_block_itself()
    {
        HeaderBlock block = new();
        block.Add("A"u8, Http1Text.Bytes(new string('x', 1000)));
        for (int i = 0; i < 10; i++)
        {
            block.Add("B"u8, block.Value(i));
        }
        block.Set("A"u8, block.Value(5));
        Assert.All(Enumerable.Range(0, 11), i => Assert.Equal(new string('x', 1000), Http1Text.Text(block.Value(i))));
    }

    [Fact]
    public void Memory_of_an_unusually_large_message_is_given_back()
    {
        HeaderBlock block = new();
        block.Add("A"u8, Http1Text.Bytes(new string('x', 20_000)));
        block.Clear();
        long before = GC.GetAllocatedBytesForCurrentThread();
        block.Add("A"u8, "b"u8);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 8192);
    }

    [Fact]
    public void Memory_of_an_ordinary_message_is_used_again()
    {
        HeaderBlock block = new();
        byte[] value = Http1Text.Bytes(new string('x', 8000));
        block.Add("A"u8, value);
        block.Clear();
        long before = GC.GetAllocatedBytesForCurrentThread();
        block.Add("A"u8, value);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void AssertNeighbours(string name, int index)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(name);
        for (int value = 0; value < 256; value++)
        {
            bytes[index] = (byte)value;
            string changed = Encoding.Latin1.GetString(bytes);
            KnownHeader found = KnownHeaders.Of(bytes);
            if (found == KnownHeader.None)
            {
                Assert.False(changed.Equals(name, StringComparison.OrdinalIgnoreCase), changed);
            }
            else
            {
                Assert.Equal(Http1Text.Text(KnownHeaders.NameOf(found)), changed, ignoreCase: true);
            }
        }
    }

    private static void Apply(
        HeaderBlock block, List<(string Name, string Value)> model, int action, string name, string value)
    {
        bool IsNamed((string Name, string Value) field) => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
        byte[] nameBytes = Encoding.ASCII.GetBytes(name);
        byte[] valueBytes = Encoding.ASCII.GetBytes(value);
        switch (action)
        {
            case 0 or 1:
                block.Add(nameBytes, valueBytes);
                model.Add((name, value));
                break;
            case 2:
                block.Set(nameBytes, valueBytes);
                SetFirst(model, name, value);
                break;
            case 3:
                Assert.Equal(model.RemoveAll(IsNamed), block.Remove(nameBytes));
                break;
            case 4 when model.Count > 0:
                block.RemoveAt(value.Length % model.Count);
                model.RemoveAt(value.Length % model.Count);
                break;
            default:
                HeaderBlock copy = new();
                block.CopyTo(copy);
                AssertEqual(model, copy);
                break;
        }
    }

    private static void SetFirst(List<(string Name, string Value)> model, string name, string value)
    {
        int first = model.FindIndex(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (first < 0)
        {
            model.Add((name, value));
            return;
        }
        for (int i = model.Count - 1; i > first; i--)
        {
            if (model[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                model.RemoveAt(i);
            }
        }
        model[first] = (name, value);
    }

    private static void AssertEqual(List<(string Name, string Value)> model, HeaderBlock block)
    {
        Assert.Equal(model.Count, block.Count);
        for (int i = 0; i < block.Count; i++)
        {
            Assert.Equal(model[i], (Http1Text.Text(block.Name(i)), Http1Text.Text(block.Value(i))));
        }
        foreach (string name in Names)
        {
            byte[] bytes = Encoding.ASCII.GetBytes(name);
            int expected = model.FindIndex(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            Assert.Equal(expected, block.IndexOf(bytes));
            KnownHeader known = KnownHeaders.Of(bytes);
            Assert.True(known == KnownHeader.None || block.Contains(known) == (expected >= 0));
        }
    }
}
