using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Server;
using Xunit;

namespace Mosn.Testing;

/// <summary>
/// What every codec of an RPC protocol must keep, as tests: derive a class, give it frames of the protocol's peers, and run it.
/// A failure names the sample and the rule of <see cref="IFrameCodec{TSelf}"/> that it breaks.
/// </summary>
public abstract class FrameCodecConformance<TCodec>
    where TCodec : struct, IFrameCodec<TCodec>
{
    private const int MutationsPerSample = 5_000;
    private const int Seed = 20261126;

    private static readonly int[] s_errors = [400, 401, 403, 404, 408, 413, 429, 500, 502, 503, 504, 599];

    private static readonly ulong[] s_ids =
        [0, 5, 199, 39_999, 0x01020303, int.MaxValue - 1, int.MaxValue, uint.MaxValue - 1, uint.MaxValue, long.MaxValue, ulong.MaxValue];

    /// <summary>What protocols on the same port begin with.</summary>
    private static readonly string[] s_others =
    [
        "GET / HTTP/1.1\r\n", "CONNECT a:1 HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001",
        "SSH-2.0-x\r\n",
    ];

    /// <summary>A frame of each kind that peers send: a call and an answer at least.</summary>
    protected abstract IReadOnlyList<FrameSample> Samples { get; }

    /// <summary>Bytes of the longest content that is tried.</summary>
    protected virtual int ContentLengthMax => 70_000;

    /// <summary>Fields that were read, and not changed, are written in the bytes that they had; else they only mean the same.</summary>
    protected virtual bool KeepsBytesOfFields => true;

    /// <summary>Bytes of content that are always here.</summary>
    private const int ContentSeen = 1024;

    private protected static bool HasIds => TCodec.HasIds;

    [Fact]
    public void It_can_be_made_known() => new Extensions().FrameProtocols.Add<TCodec>();

    [Fact]
    public void There_is_a_sample_of_each_kind_that_it_has()
    {
        Need(FrameKind.Request, true);
        Need(FrameKind.Response, true);
        Need(FrameKind.Heartbeat, FrameProbe<TCodec>.Heartbeat(1).Length > 0);
        Need(FrameKind.GoAway, FrameProbe<TCodec>.GoAway(1).Length > 0);

        void Need(FrameKind kind, bool has) =>
            That(!has || Samples.Any(sample => sample.Kind == kind), $"there is no sample of a {kind}");
    }

    [Fact]
    public void The_first_bytes_of_a_client_tell_it_and_no_bytes_tell_nothing()
    {
        That(TCodec.Match([]) == ProtocolMatch.More, "Match has made up its mind without a byte");
        Each(static sample => sample is { IsFromHost: false, MayBegin: true }, static sample =>
        {
            ProtocolMatch last = ProtocolMatch.More;
            for (int length = 1; length <= sample.Bytes.Length; length++)
            {
                ProtocolMatch match = TCodec.Match(sample.Bytes.AsSpan(0, length));
                That(match != ProtocolMatch.No, $"Match says No to {length} bytes");
                That(last == ProtocolMatch.More || match == last, $"Match has changed its mind at {length} bytes");
                last = match;
            }
            That(last == ProtocolMatch.Yes, "Match never says Yes");
        });
    }

    [Fact]
    public void What_others_speak_it_is_not()
    {
        foreach (string other in s_others)
        {
            byte[] bytes = Encoding.Latin1.GetBytes(other);
            That(TCodec.Match(bytes) == ProtocolMatch.No, $"Match does not say No to '{other.Trim()}'");
            That(
                TCodec.Match(bytes.AsSpan(0, 3)) != ProtocolMatch.Yes,
                $"Match says Yes to '{other[..3]}', before the other protocol can be told");
        }
    }

    [Fact]
    public void A_frame_is_understood_from_every_prefix_that_is_long_enough() => Each(static sample =>
    {
        bool isKnown = false;
        for (int length = 0; length <= sample.Bytes.Length; length++)
        {
            FrameHead head = FrameProbe<TCodec>.NewHead(sample.IsFromHost);
            DecodeStatus status = TCodec.Scan(sample.Bytes.AsSpan(0, length), head);
            That(status != DecodeStatus.Malformed, $"Scan says Malformed of the first {length} bytes");
            That(head.Length == 0 || head.Length == sample.Bytes.Length, $"of the first {length} bytes, the length is {head.Length}");
            That(!isKnown || status == DecodeStatus.Complete, $"Scan wants more again at {length} bytes");
            isKnown = status == DecodeStatus.Complete;
            if (isKnown)
            {
                That(
                    (head.Kind, head.Id, head.IsBroken) == (sample.Kind, sample.Id, false) || NeedsInspection(sample),
                    $"of the first {length} bytes: {head.Kind} with id {head.Id}, broken: {head.IsBroken}");
            }
        }
        That(isKnown, "Scan wants more of a frame that is whole");
        FrameHead whole = FrameProbe<TCodec>.Read(sample.Bytes, sample.IsFromHost);
        That(
            (whole.Kind, whole.Id, whole.IsBroken) == (sample.Kind, sample.Id, false),
            $"it is a {whole.Kind} with id {whole.Id}, broken: {whole.IsBroken}");
    });

    [Fact]
    public void The_length_of_a_frame_is_known_as_soon_as_its_head_is_here() => Each(static sample =>
    {
        int headLength = FrameProbe<TCodec>.Read(sample.Bytes, sample.IsFromHost).HeadLength;
        FrameHead head = FrameProbe<TCodec>.NewHead(sample.IsFromHost);
        TCodec.Scan(sample.Bytes.AsSpan(0, headLength), head);
        That(head.Length == sample.Bytes.Length, $"of the {headLength} bytes of the head, the length is {head.Length}");
    });

    [Fact]
    public void What_follows_a_frame_does_not_matter() => Each(static sample =>
    {
        FrameHead head = FrameProbe<TCodec>.NewHead(sample.IsFromHost);
        That(TCodec.Scan([.. sample.Bytes, 0xFF, 0xFF, 0xFF], head) == DecodeStatus.Complete, "Scan does not know it any more");
        That(head.Length == sample.Bytes.Length, $"its length is {head.Length}");
    });

    [Fact]
    public void With_its_own_id_a_frame_goes_on_byte_for_byte() => Each(static sample =>
        Same(sample.Bytes, FrameProbe<TCodec>.PassOn(FrameProbe<TCodec>.Read(sample.Bytes, sample.IsFromHost), sample.Id)));

    [Fact]
    public void With_another_id_a_frame_is_the_same_but_for_that() => Each(MayHaveAnotherId, static sample =>
    {
        foreach (ulong id in s_ids.Select(TCodec.NextId).Where(static id => id != 0))
        {
            byte[] sent = FrameProbe<TCodec>.PassOn(FrameProbe<TCodec>.Read(sample.Bytes, sample.IsFromHost), id);
            FrameHead head = FrameProbe<TCodec>.Read(sent, sample.IsFromHost);
            That((head.Id, head.Kind) == (id, sample.Kind), $"with id {id} it goes on as a {head.Kind} with id {head.Id}");
            Same(sample.Bytes, FrameProbe<TCodec>.PassOn(head, sample.Id));
        }
    });

    [Fact]
    public void No_id_follows_itself()
    {
        foreach (ulong id in s_ids)
        {
            That(!HasIds || TCodec.NextId(id) != id, $"NextId of {id} is {id}");
        }
    }

    [Fact]
    public void Another_content_has_another_length_and_nothing_else() => Each(IsCallOrAnswer, sample =>
    {
        FrameHead head = FrameProbe<TCodec>.Read(sample.Bytes, sample.IsFromHost);
        byte[] content = new byte[Math.Max(ContentLengthMax, head.ContentLength)];
        head.Bytes.Slice(head.HeadLength, head.ContentLength).CopyTo(content);
        FrameHead longer = FrameProbe<TCodec>.Read(
            FrameProbe<TCodec>.PassOn(head, sample.Id, content: content), sample.IsFromHost);
        That(longer.ContentLength == content.Length, $"{content.Length} bytes of content are {longer.ContentLength}");
        That((longer.Kind, longer.Id) == (sample.Kind, sample.Id), $"it goes on as a {longer.Kind} with id {longer.Id}");
    });

    [Fact]
    public void A_frame_that_may_go_on_while_it_comes_is_known_from_its_start() => Each(IsCallOrAnswer, sample =>
    {
        FrameHead small = FrameProbe<TCodec>.Read(sample.Bytes, sample.IsFromHost);
        if (!TCodec.MayStream(small) || small.TrailerLength > 0 || ContentLengthMax < 2 * ContentSeen)
        {
            return;
        }
        byte[] content = new byte[ContentLengthMax];
        small.Bytes.Slice(small.HeadLength, small.ContentLength).CopyTo(content);
        byte[] bytes = FrameProbe<TCodec>.PassOn(small, sample.Id, content: content);
        FrameHead whole = FrameProbe<TCodec>.Read(bytes, sample.IsFromHost);
        FrameHead start = FrameProbe<TCodec>.NewHead(sample.IsFromHost);
        byte[] seen = bytes[..(whole.HeadLength + ContentSeen)];
        That(TCodec.Scan(seen, start) == DecodeStatus.Complete, "Scan wants more than the head and 1024 bytes");
        That((start.HeadLength, start.Length) == (whole.HeadLength, whole.Length), "Inspect has changed what Scan has said");
        start.Source = new HeldFrame(seen);
        HeaderBlock fields = FrameProbe<TCodec>.FieldsOf(start);
        That(TextOf(fields) == TextOf(FrameProbe<TCodec>.FieldsOf(whole)), "the fields are others when it is whole");
        fields.Set("service"u8, "com.example.Other"u8);
        Same(
            FrameProbe<TCodec>.PassOn(whole, sample.Id, fields, content),
            FrameProbe<TCodec>.PassOn(start, sample.Id, fields, content));
    });

    [Fact]
    public void Fields_that_nobody_changed_go_on_as_they_were() => Each(sample =>
    {
        FrameHead head = FrameProbe<TCodec>.Read(sample.Bytes, sample.IsFromHost);
        HeaderBlock fields = FrameProbe<TCodec>.FieldsOf(head);
        byte[] sent = FrameProbe<TCodec>.PassOn(head, sample.Id, fields);
        HeaderBlock again = FrameProbe<TCodec>.FieldsOf(FrameProbe<TCodec>.Read(sent, sample.IsFromHost));
        That(TextOf(again) == TextOf(fields), $"the fields are\n{TextOf(again)}\nand were\n{TextOf(fields)}");
        if (KeepsBytesOfFields)
        {
            Same(sample.Bytes, sent);
        }
    });

    [Fact]
    public void A_field_that_is_looked_for_alone_is_the_same_as_among_all() => Each(static sample =>
    {
        FrameHead head = FrameProbe<TCodec>.Read(sample.Bytes, sample.IsFromHost);
        FrameContract<TCodec>.CheckSearch(head, FrameProbe<TCodec>.FieldsOf(head));
        That(TCodec.FindField(head, "x-none"u8, out _) != FieldSearch.Found, "a field is found that is not there");
    });

    [Fact]
    public void A_service_that_was_changed_is_another() => Each(static sample =>
    {
        FrameHead head = FrameProbe<TCodec>.Read(sample.Bytes, sample.IsFromHost);
        HeaderBlock fields = FrameProbe<TCodec>.FieldsOf(head);
        if (!fields.TryGet("service"u8, out _))
        {
            return;
        }
        fields.Set("service"u8, "com.example.Other"u8);
        FrameHead sent = FrameProbe<TCodec>.Read(FrameProbe<TCodec>.PassOn(head, sample.Id, fields), sample.IsFromHost);
        FrameProbe<TCodec>.FieldsOf(sent).TryGet("service"u8, out ReadOnlySpan<byte> service);
        That(service.SequenceEqual("com.example.Other"u8), $"it is '{Encoding.Latin1.GetString(service)}'");
        That(
            sent.Bytes.Slice(sent.HeadLength, sent.ContentLength - sent.TailLength)
                .SequenceEqual(head.Bytes.Slice(head.HeadLength, head.ContentLength - head.TailLength)),
            "the content has changed with it");
    });

    [Fact]
    public void A_call_is_answered_here_with_its_own_id() => Each(FrameKind.Request, static sample =>
    {
        FrameHead call = FrameProbe<TCodec>.Read(sample.Bytes);
        FrameProbe<TCodec>.Reply(call, 200);
        foreach (int status in s_errors)
        {
            CheckError(FrameProbe<TCodec>.Reply(call, status), status, sample.Id);
        }
    });

    [Fact]
    public void A_call_of_which_only_the_head_is_here_can_be_refused() => Each(FrameKind.Request, static sample =>
    {
        FrameHead head = FrameProbe<TCodec>.NewHead();
        TCodec.Scan(sample.Bytes, head);
        head.Source = new HeldFrame(sample.Bytes[..head.HeadLength]);
        CheckError(FrameProbe<TCodec>.Reply(head, 413), 413, sample.Id);
    });

    [Fact]
    public void A_heartbeat_of_ours_is_one_and_so_is_the_answer()
    {
        byte[] bytes = FrameProbe<TCodec>.Heartbeat(TCodec.NextId(6));
        if (bytes.Length > 0)
        {
            FrameHead heartbeat = FrameProbe<TCodec>.Read(bytes);
            That(heartbeat.Kind == FrameKind.Heartbeat, $"it is a {heartbeat.Kind}");
            That(!HasIds || heartbeat.Id == TCodec.NextId(6), $"its id is {heartbeat.Id}");
            CheckHeartbeatReply(heartbeat);
        }
        Each(FrameKind.Heartbeat, static sample => CheckHeartbeatReply(FrameProbe<TCodec>.Read(sample.Bytes, sample.IsFromHost)));
    }

    [Fact]
    public void A_goodbye_of_ours_is_one()
    {
        byte[] bytes = FrameProbe<TCodec>.GoAway(TCodec.NextId(6));
        That(
            bytes.Length == 0 || FrameProbe<TCodec>.Read(bytes, isFromHost: true).Kind == FrameKind.GoAway,
            "what WriteGoAway writes is no go-away to a client");
        That(!TCodec.SaysGoAway || bytes.Length > 0, "SaysGoAway is true, and WriteGoAway writes nothing");
    }

    [Fact]
    public void What_came_in_another_protocol_becomes_a_call_and_its_answer()
    {
        FrameReaders readers = FrameCodecs.ReadersOf<TCodec>();
        foreach (FrameKind kind in (FrameKind[])[FrameKind.Request, FrameKind.OneWay])
        {
            FrameCall made = new()
            {
                IsOneWay = kind == FrameKind.OneWay, TimeoutMs = 500, Serialization = 1, ContentClass = "com.example.A"u8,
            };
            FrameHead call = FrameProbe<TCodec>.NewHead();
            byte[] room = new byte[readers.MadeLengthMax(made.ContentClass.Length)];
            if (!readers.TryMakeCall(made, room, call))
            {
                return; // The protocol takes over nothing.
            }
            call.Source = new HeldFrame(room);
            FrameHead sent = SendMade(call, TCodec.NextId(6));
            That((sent.Kind, sent.Id) == (kind, TCodec.NextId(6)), $"what should be a {kind} is a {sent.Kind} with id {sent.Id}");
            if (kind == FrameKind.Request)
            {
                FrameHead answer = FrameProbe<TCodec>.NewHead(isFromHost: true);
                That(readers.TryMakeAnswer(sent, 200, made.ContentClass, room, answer), "its calls get no answer");
                answer.Source = call.Source;
                FrameHead got = SendMade(answer, sent.Id);
                That((got.Kind, got.Id) == (FrameKind.Response, sent.Id), $"its answer is a {got.Kind} with id {got.Id}");
                That(TCodec.HttpStatusOf(got) == 200, $"HttpStatusOf an answer made for 200 is {TCodec.HttpStatusOf(got)}");
            }
        }
    }

    [Fact]
    public void A_wrong_checksum_is_found() => Each(static sample =>
    {
        if (FrameProbe<TCodec>.Read(sample.Bytes, sample.IsFromHost).TrailerLength == 0)
        {
            return;
        }
        for (int i = 0; i < sample.Bytes.Length; i++)
        {
            byte[] bytes = [.. sample.Bytes];
            bytes[i] ^= 1;
            FrameHead head = FrameProbe<TCodec>.NewHead(sample.IsFromHost);
            bool isTaken = TCodec.Scan(bytes, head) == DecodeStatus.Complete
                && head.Length == bytes.Length && TCodec.Inspect(head, bytes);
            That(!isTaken, $"byte {i} is another, and nobody has noticed");
        }
    });

    [Fact]
    public void Frames_that_are_damaged_and_bytes_that_are_none_are_looked_at_without_a_fault()
    {
        Random random = new(Seed);
        Each(sample =>
        {
            for (int i = 0; i < MutationsPerSample; i++)
            {
                byte[] bytes = Damaged(sample.Bytes, random);
                Try(() => FrameContract<TCodec>.Check(bytes, sample.IsFromHost), bytes);
            }
        });
        byte[] noise = new byte[96];
        for (int i = 0; i < MutationsPerSample; i++)
        {
            random.NextBytes(noise);
            Try(() => FrameContract<TCodec>.Check(noise, isFromHost: i % 2 == 0), noise);
        }

        static void Try(Action check, byte[] bytes)
        {
            try
            {
                check();
            }
            catch (Exception e)
            {
                throw new FrameContractException($"seed {Seed}, {Convert.ToHexString(bytes)}: {e}");
            }
        }
    }

    [Fact]
    public void Nothing_is_allocated_for_a_frame() => Each(static sample =>
    {
        FrameHead whole = FrameProbe<TCodec>.Read(sample.Bytes, sample.IsFromHost);
        IFrameSource source = whole.Source!;
        FrameHead head = FrameProbe<TCodec>.NewHead(sample.IsFromHost);
        HeaderBlock fields = FrameProbe<TCodec>.FieldsOf(whole);
        byte[] room = new byte[
            TCodec.MaxHeadLength(whole, fields) + TCodec.MaxReplyLength(whole) + TCodec.MaxTailLength(whole, fields)
            + TCodec.OwnFrameLengthMax];

        void Many()
        {
            for (int i = 0; i < 100; i++)
            {
                head.Clear();
                TCodec.Match(sample.Bytes);
                TCodec.Scan(sample.Bytes, head);
                TCodec.Inspect(head, sample.Bytes);
                head.Source = source;
                TCodec.TryGetNames(head, out _, out _);
                fields.Clear();
                TCodec.TryReadFields(head, fields);
                TCodec.SetContentLength(room.AsSpan(0, TCodec.WriteHead(head, fields, 1, room)), head.ContentLength);
                TCodec.WriteTail(head, fields, room);
                TCodec.HttpStatusOf(head);
                TCodec.WriteHeartbeat(1, room);
                if (head.Kind == FrameKind.Request)
                {
                    TCodec.WriteReply(head, 503, room);
                }
            }
        }

        Many();
        long bytes = Allocations.Of(Many);
        That(bytes == 0, $"a hundred frames have allocated {bytes} bytes");
    });

    /// <summary>Only the whole frame tells its kind, or whether it is broken: an empty reason to be wrong before.</summary>
    private static bool NeedsInspection(FrameSample sample)
    {
        FrameHead scanned = FrameProbe<TCodec>.NewHead(sample.IsFromHost);
        TCodec.Scan(sample.Bytes, scanned);
        return FrameProbe<TCodec>.Read(sample.Bytes, sample.IsFromHost).Kind != scanned.Kind;
    }

    private static void CheckError(byte[] bytes, int status, ulong id)
    {
        if (bytes.Length == 0)
        {
            return; // The protocol has no such answer.
        }
        FrameHead answer = FrameProbe<TCodec>.Read(bytes, isFromHost: true);
        That(answer.Kind == FrameKind.Response, $"the answer for {status} is a {answer.Kind}");
        That(answer.Id == id, $"the answer for {status} has the id {answer.Id}");
        That(!answer.IsBroken, $"the answer for {status} is broken");
        That(TCodec.HttpStatusOf(answer) >= 400, $"HttpStatusOf the answer for {status} is {TCodec.HttpStatusOf(answer)}");
    }

    private static void CheckHeartbeatReply(FrameHead heartbeat)
    {
        byte[] bytes = FrameProbe<TCodec>.HeartbeatReply(heartbeat);
        That(bytes.Length > 0, "a heartbeat gets no answer");
        FrameHead answer = FrameProbe<TCodec>.Read(bytes, isFromHost: true);
        That(answer.Kind is FrameKind.HeartbeatReply or FrameKind.Response, $"a heartbeat's answer is a {answer.Kind}");
        That(answer.Id == heartbeat.Id, $"a heartbeat {heartbeat.Id} has the answer {answer.Id}");
    }

    /// <summary>A head that was made here goes on with content, and is read again.</summary>
    private static FrameHead SendMade(FrameHead head, ulong id)
    {
        HeaderBlock fields = new();
        fields.Add("service"u8, "com.example.Echo"u8);
        return FrameProbe<TCodec>.Read(
            FrameProbe<TCodec>.PassOn(head, id, fields, content: [1, 2, 3]), isFromHost: head.Kind == FrameKind.Response);
    }

    private static byte[] Damaged(byte[] frame, Random random)
    {
        byte[] bytes = frame.AsSpan(0, random.Next(3) == 0 ? random.Next(frame.Length + 1) : frame.Length).ToArray();
        for (int i = random.Next(5); i > 0 && bytes.Length > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)0xFF : (byte)random.Next(256);
        }
        return bytes;
    }

    private static string TextOf(HeaderBlock fields) => string.Join(
        '\n',
        Enumerable.Range(0, fields.Count).Select(
            i => $"{Encoding.Latin1.GetString(fields.Name(i))}: {Encoding.Latin1.GetString(fields.Value(i))}"));

    private protected static void Same(byte[] expected, byte[] actual) => That(
        expected.AsSpan().SequenceEqual(actual),
        $"expected {Convert.ToHexString(expected)}\ngot      {Convert.ToHexString(actual)}");

    private protected static void That(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FrameContractException(otherwise);
        }
    }

    /// <summary>A goodbye may be known by its id.</summary>
    private static bool MayHaveAnotherId(FrameSample sample) => HasIds && sample.Kind != FrameKind.GoAway;

    /// <summary>The content of other frames may be what they are for.</summary>
    private static bool IsCallOrAnswer(FrameSample sample) =>
        sample.Kind is FrameKind.Request or FrameKind.OneWay or FrameKind.Response;

    private void Each(Action<FrameSample> check) => Each(static _ => true, check);

    private void Each(FrameKind kind, Action<FrameSample> check) => Each(sample => sample.Kind == kind, check);

    private void Each(Func<FrameSample, bool> which, Action<FrameSample> check)
    {
        foreach (FrameSample sample in Samples.Where(which))
        {
            try
            {
                check(sample);
            }
            catch (Exception e)
            {
                throw new FrameContractException($"{typeof(TCodec).Name}, sample '{sample}': {e.Message}", e);
            }
        }
    }
}
