using System.Buffers.Binary;
using System.Text;
using Mosn.Protocols;
using Mosn.Testing;
using Mosn.Tests.Streams;

namespace Mosn.Tests.Protocols.Frames;

/// <summary>One field, looked for where it lies, is what it would be among all of them.</summary>
public sealed class FieldSearchTests
{
    [Theory]
    [MemberData(nameof(RpcDialect.Names), MemberType = typeof(RpcDialect))]
    public void A_field_of_a_real_call_is_found_in_any_case_and_another_is_not(string protocol)
    {
        RpcDialect dialect = RpcDialect.Named(protocol);
        AssertSame(dialect.Codec, dialect.Call, new Random(1), protocol);
    }

    [Fact]
    public void Names_of_a_Dubbo_call_are_known_without_its_attachments()
    {
        RequestHead head = HeadOf(AnyCodec.Named("dubbo"), RealFrames.DubboRequest);
        Assert.True(head.TryGetHeader("SERVICE"u8, out ReadOnlySpan<byte> service));
        Assert.True(head.TryGetHeader("method"u8, out ReadOnlySpan<byte> method));
        Assert.True(head.TryGetHeader("version"u8, out _));
        Assert.True(head.TryGetHeader("dubbo"u8, out _));
        Assert.False(head.TryGetHeader(KnownHeader.XMosnGlobalTimeout, out _));
        Assert.True(head.Authority.IsEmpty);
        Assert.Equal("x.S hi", $"{Encoding.ASCII.GetString(service)} {Encoding.ASCII.GetString(method)}");
        Assert.False(head.AreFieldsRead);
        Assert.True(head.TryGetHeader("application"u8, out _));
        Assert.True(head.AreFieldsRead);
        Assert.Null(head.ChangedFields);
    }

    [Fact]
    public void A_header_map_of_Bolt_is_not_copied_for_the_sake_of_one_field()
    {
        RequestHead head = HeadOf(AnyCodec.Named("bolt"), RealFrames.BoltRequest);
        Assert.True(head.TryGetHeader("service"u8, out ReadOnlySpan<byte> service));
        Assert.Equal("x.S:1.0", Encoding.ASCII.GetString(service));
        Assert.False(head.TryGetHeader("other"u8, out _));
        Assert.False(head.AreFieldsRead);
    }

    [Fact]
    public void An_attachment_that_says_something_to_MOSN_is_no_field_and_goes_on()
    {
        AnyCodec codec = AnyCodec.Named("dubbo");
        FrameHead head = codec.Read(
            Dubbo("\u00032.0"u8, "\u0003x.S"u8, "N"u8, "\u0001m"u8, "\u0000"u8, "H\u0008X-Mosn-A\u00011\u0001a\u0001bZ"u8));
        HeaderBlock fields = codec.FieldsOf(head);
        Assert.Equal(4, fields.Count);
        fields.Set("a"u8, "c"u8);
        byte[] sent = codec.PassOn(head, 1, fields);
        Assert.True(sent.AsSpan().EndsWith("H\u0008X-Mosn-A\u00011\u0001a\u0001cZ"u8));
    }

    [Fact]
    public void Calls_with_any_fields_are_searched_as_they_are_read()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int i = 0; i < 2_000; i++)
        {
            AssertSame(AnyCodec.Named("bolt"), RandomBolt(random), random, $"seed {seed}, round {i}");
            AssertSame(AnyCodec.Named("dubbo"), RandomDubbo(random), random, $"seed {seed}, round {i}");
        }
    }

    private static void AssertSame(AnyCodec codec, byte[] frame, Random random, string what)
    {
        HeaderBlock all = codec.FieldsOf(codec.Read(frame));
        string[] names =
        [
            "service", "method", "version", "dubbo", "host", "x-mosn-global-timeout", "none", "", "d", "s",
            .. Enumerable.Range(0, all.Count).Select(i => Encoding.Latin1.GetString(all.Name(i))),
        ];
        foreach (string name in names)
        {
            byte[] asked = [.. name.Select(c => (byte)(random.Next(2) == 0 ? char.ToUpperInvariant(c) : c))];
            bool isThere = all.TryGet(asked, out ReadOnlySpan<byte> expected);
            bool isFound = HeadOf(codec, frame).TryGetHeader(asked, out ReadOnlySpan<byte> found);
            Assert.True(isThere == isFound && expected.SequenceEqual(found), $"{what}: '{name}' in {Convert.ToHexString(frame)}");
        }
    }

    private static RequestHead HeadOf(AnyCodec codec, byte[] frame)
    {
        RequestHead head = new();
        head.AcceptFrame(codec.Read(frame));
        return head;
    }

    /// <summary>Names that come twice, values that are no fields, nulls, blanks.</summary>
    private static byte[] RandomBolt(Random random)
    {
        List<byte> map = [];
        for (int i = random.Next(6); i > 0; i--)
        {
            Add(random.Next(8) == 0 ? null : RandomName(random));
            Add(random.Next(8) == 0 ? null : RandomValue(random));
        }
        return
        [
            1, 1, 0, 1, 1, 0, 0, 0, 7, 1, 0, 0, 0, 9, 0, 0, (byte)(map.Count >> 8), (byte)map.Count, 0, 0, 0, 0, .. map,
        ];

        void Add(string? text)
        {
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, text?.Length ?? -1);
            map.AddRange(length);
            map.AddRange(Encoding.Latin1.GetBytes(text ?? ""));
        }
    }

    private static byte[] RandomDubbo(Random random)
    {
        List<byte> attachments = [(byte)'H'];
        for (int i = random.Next(6); i > 0; i--)
        {
            attachments.AddRange(Text(RandomName(random)));
            attachments.AddRange(random.Next(8) == 0 ? [0x91] : Text(RandomValue(random)));
        }
        attachments.Add((byte)'Z');
        byte[] version = random.Next(4) == 0 ? [(byte)'N'] : Text(RandomValue(random));
        return Dubbo(
            Text(RandomValue(random)), Text(RandomValue(random)), version, Text(RandomValue(random)), Text("I"), [0x91, .. attachments]);
    }

    private static string RandomName(Random random) =>
        random.Next(12) switch
        {
            0 => "service",
            1 => "Method",
            2 => "host",
            3 => "X-Mosn-Global-Timeout",
            4 => "no token",
            5 => "",
            _ => $"k{random.Next(3)}",
        };

    private static string RandomValue(Random random) => random.Next(6) switch
    {
        0 => "",
        1 => " blank\t",
        2 => "a\nb",
        _ => $"v{random.Next(100)}",
    };

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.Latin1.GetBytes(text)];

    /// <summary>A call of these values, in Hessian 2.</summary>
    private static byte[] Dubbo(
        ReadOnlySpan<byte> protocol, ReadOnlySpan<byte> service, ReadOnlySpan<byte> version, ReadOnlySpan<byte> method,
        ReadOnlySpan<byte> descriptor, ReadOnlySpan<byte> rest)
    {
        byte[] payload = [.. protocol, .. service, .. version, .. method, .. descriptor, .. rest];
        byte[] frame = [0xDA, 0xBB, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, .. payload];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(12), payload.Length);
        return frame;
    }
}
