using Mosn.Protocols.Detection;

namespace Mosn.Protocols.Frames;

/// <summary>
/// One RPC protocol whose messages are frames with a length: everything about it that connections, pools, routing and
/// local replies need. Stateless: all members are static, so that each protocol gets code of its own. A protocol needs the
/// four abstract members, and <see cref="SetId"/> if its calls have ids; the others are capabilities that it may have.
/// docs/write-a-protocol.md goes through them.
/// </summary>
/// <remarks>
/// Called on loops, for each frame: nothing may allocate, wait, or keep what it was given. Bytes of a peer are never a reason to
/// throw. Where room is passed in, it has at least the bytes that the codec has asked for.
/// </remarks>
/// <typeparam name="TSelf">The codec itself, an empty struct.</typeparam>
public interface IFrameCodec<TSelf>
    where TSelf : struct, IFrameCodec<TSelf>
{
    /// <summary>As configurations, logs and metrics call it: letters, digits, <c>-</c>, <c>_</c>, <c>.</c></summary>
    static abstract string Name { get; }

    /// <summary>How calls share connections to a host.</summary>
    static virtual FramePoolMode PoolMode => FramePoolMode.Multiplex;

    /// <summary>
    /// False: answers come in the order of their calls, so that only one call at a time is under way on a connection.
    /// </summary>
    static virtual bool HasIds => TSelf.PoolMode != FramePoolMode.PingPong;

    /// <summary>
    /// Whether the content of such a frame may go on while it comes, if it is large: nothing that is read of it here lies behind
    /// the first 1024 bytes of its content, and <see cref="Inspect"/> has nothing to say about it.
    /// </summary>
    static virtual bool MayStream(FrameHead head) => false;

    /// <summary>
    /// Whether a connection that begins so speaks the protocol. Of no bytes at all it may become any protocol; and what a
    /// prefix says, except <see cref="ProtocolMatch.More"/>, longer input says, too. See <see cref="Magic"/>.
    /// </summary>
    static abstract ProtocolMatch Match(ReadOnlySpan<byte> start);

    /// <summary>
    /// Looks at the frame that the input begins with. Complete once <see cref="FrameHead.Length"/> and everything else about
    /// the head is known; the content need not be there. Malformed: where the next frame would begin is unknown.
    /// </summary>
    /// <param name="head">
    /// Empty before. Its lengths are set as soon as they are known, see <see cref="FrameHead.TrySetLengths"/>: with the whole
    /// frame there, the answer is never NeedMore.
    /// </param>
    static abstract DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head);

    /// <summary>
    /// Looks at a frame that is whole for what the scan could not know: a checksum, a part behind the content, what makes it
    /// broken. False: it is not what was sent, and the connection must end.
    /// </summary>
    static virtual bool Inspect(FrameHead head, ReadOnlySpan<byte> frame) => true;

    /// <summary>What is called, for routes, logs and metrics. False: the frame does not say.</summary>
    static virtual bool TryGetNames(
        FrameHead head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method)
    {
        service = method = default;
        return false;
    }

    /// <summary>
    /// Reads the fields that routes and filters may look at, of a head that is not broken. Called when somebody looks. By
    /// default <c>service</c> and <c>method</c>, as <see cref="TryGetNames"/> has them.
    /// </summary>
    /// <param name="fields">Empty. A field whose name or value cannot be one of HTTP is left out.</param>
    static virtual bool TryReadFields(FrameHead head, HeaderBlock fields)
    {
        if (TSelf.TryGetNames(head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method))
        {
            fields.TryAdd("service"u8, service);
            fields.TryAdd("method"u8, method);
        }
        return true;
    }

    /// <summary>
    /// Looks for the first field of a name, if that is less work than to read them all: most routes ask for one. Says what
    /// would be found among all.
    /// </summary>
    /// <param name="name">Its case does not matter.</param>
    /// <param name="value">Lies in the frame; without blanks at its ends.</param>
    static virtual FieldSearch FindField(FrameHead head, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        return FieldSearch.Unknown;
    }

    /// <summary>Bytes that suffice for <see cref="WriteHead"/>.</summary>
    static virtual int MaxHeadLength(FrameHead head, HeaderBlock? fields) => head.HeadLength;

    /// <summary>
    /// Writes the head of a frame that is passed on: the one received with another id, and what was changed. By default changes
    /// are lost, for want of a place.
    /// </summary>
    /// <param name="fields">The fields as they are to be; null: they were not changed.</param>
    /// <param name="id">The id on the connection that it goes to.</param>
    /// <returns>Bytes written; 0: such a frame cannot be written, it is too large for the protocol.</returns>
    static virtual int WriteHead(FrameHead head, HeaderBlock? fields, ulong id, Span<byte> room)
    {
        head.Bytes[..head.HeadLength].CopyTo(room);
        TSelf.SetId(room[..head.HeadLength], id);
        return head.HeadLength;
    }

    /// <summary>
    /// Puts an id into a head. What <see cref="WriteHead"/> does by default needs it, unless the protocol has no ids
    /// (<see cref="HasIds"/>).
    /// </summary>
    static virtual void SetId(Span<byte> head, ulong id)
    {
    }

    /// <summary>Says in a head that was written how long the content is. Called for every frame that is passed on.</summary>
    static abstract void SetContentLength(Span<byte> head, int contentLength);

    /// <summary>
    /// Writes the head of a call that came in another protocol, without fields: <see cref="WriteHead"/> puts those there, and
    /// the id.
    /// </summary>
    /// <param name="room">At least <see cref="OwnFrameLengthMax"/> bytes, and those of the content's class.</param>
    /// <returns>Bytes written; 0: the protocol takes over nothing from others.</returns>
    static virtual int WriteCall(in FrameCall call, Span<byte> room) => 0;

    /// <summary>Writes the head of an answer that came in another protocol, as <see cref="WriteCall"/> does of a call.</summary>
    /// <param name="call">The call; its <see cref="FrameHead.Bytes"/> hold at least the head.</param>
    /// <param name="status">Of HTTP.</param>
    /// <param name="contentClass">What the content is, for protocols that say so.</param>
    static virtual int WriteAnswer(FrameHead call, int status, ReadOnlySpan<byte> contentClass, Span<byte> room) => 0;

    /// <summary>Bytes that suffice for <see cref="WriteTail"/>.</summary>
    static virtual int MaxTailLength(FrameHead head, HeaderBlock fields) => 0;

    /// <summary>
    /// Writes the end of the content for fields that were changed, instead of the <see cref="FrameHead.TailLength"/> bytes that
    /// stand there.
    /// </summary>
    /// <returns>Bytes written.</returns>
    static virtual int WriteTail(FrameHead head, HeaderBlock fields, Span<byte> room) => 0;

    /// <summary>
    /// Goes on with the checksum of a frame that is passed on and that has one (<see cref="FrameHead.TrailerLength"/> above
    /// 0). Called for head and content, in pieces, beginning with 0.
    /// </summary>
    static virtual uint Checksum(uint soFar, ReadOnlySpan<byte> bytes) => 0;

    /// <summary>Writes what stands behind the content: <see cref="FrameHead.TrailerLength"/> bytes.</summary>
    static virtual void WriteTrailer(uint checksum, Span<byte> room)
    {
    }

    /// <summary>Bytes that suffice for each of the frames below.</summary>
    static virtual int OwnFrameLengthMax => 256;

    /// <summary>Bytes that suffice for <see cref="WriteReply"/>.</summary>
    static virtual int MaxReplyLength(FrameHead request) => TSelf.OwnFrameLengthMax;

    /// <summary>Writes an answer of our own to a call.</summary>
    /// <param name="request">The call; its <see cref="FrameHead.Bytes"/> hold at least the head.</param>
    /// <param name="status">What happened, as a status of HTTP.</param>
    /// <returns>Bytes written; 0: the protocol has no such answer, and the caller waits.</returns>
    static virtual int WriteReply(FrameHead request, int status, Span<byte> room) => 0;

    /// <summary>Writes a question whether the host is there.</summary>
    /// <returns>Bytes written; 0: the protocol has none.</returns>
    static virtual int WriteHeartbeat(ulong id, Span<byte> room) => 0;

    /// <summary>Writes the answer to such a question, in at most <see cref="MaxReplyLength"/> bytes.</summary>
    static virtual int WriteHeartbeatReply(FrameHead heartbeat, Span<byte> room) => 0;

    /// <summary>
    /// Whether all peers know what <see cref="WriteGoAway"/> says: if not, it is said only where the configuration asks for it.
    /// </summary>
    static virtual bool SaysGoAway => false;

    /// <summary>Says that no new calls are taken on a connection.</summary>
    /// <returns>Bytes written; 0: the protocol has no way to say so.</returns>
    static virtual int WriteGoAway(ulong id, Span<byte> room) => 0;

    /// <summary>The status of HTTP that fits a response, for metrics, logs and retries.</summary>
    static virtual int HttpStatusOf(FrameHead response) => 200;

    /// <summary>The id after that one, as wide as the protocol has it.</summary>
    static virtual ulong NextId(ulong id) => (uint)(id + 1);
}
