using Mosn.Protocols.Http2;

namespace Mosn.Fuzz;

/// <summary>
/// The HTTP/2 session of either end with its whole state machine. What the peer sends is given as frames in a short form, so
/// that a small change of the input is a small change of a conversation; or, by choice, as it stands.
/// </summary>
internal sealed class Http2Target : IFuzzTarget
{
    private const int PayloadBytesMax = 40_000;

    public string Name => "http2";

    public void Run(FuzzInput input)
    {
        bool isServer = input.Choose(2) == 0;
        byte[] sent = input.Choose(4) == 0 ? Raw(input, isServer) : Frames(input, isServer);
        Http2Conversation whole = new(isServer);
        whole.Receive(sent, splits: null);
        Http2Conversation pieces = new(isServer);
        pieces.Receive(sent, new Splits(sent));
        Oracle.Same(whole.Log, pieces.Log, "what is heard of a conversation in pieces");
        Oracle.Same(whole.Output, pieces.Output, "what is answered in a conversation in pieces");
        whole.AssertOutputIsSound();
    }

    private static byte[] Raw(FuzzInput input, bool isServer) =>
        isServer ? [.. Http2Preface.Bytes, .. input.Rest] : [.. input.Rest];

    /// <summary>For each frame: type, flags, stream, two bytes of length, and so many of payload as there are.</summary>
    private static byte[] Frames(FuzzInput input, bool isServer)
    {
        MemoryStream sent = new();
        sent.Write(isServer ? Http2Preface.Bytes : default);
        byte[] head = new byte[Http2FrameHeader.Size];
        if (input.Choose(8) != 0)
        {
            new Http2FrameHeader(0, Http2FrameType.Settings, Http2FrameFlags.None, 0).Write(head);
            sent.Write(head);
        }
        while (!input.Rest.IsEmpty && sent.Length < PayloadBytesMax)
        {
            Http2FrameType type = (Http2FrameType)input.Choose(11);
            Http2FrameFlags flags = (Http2FrameFlags)input.Choose(256);
            int stream = input.Choose(256);
            int length = input.Choose(256);
            ReadOnlySpan<byte> payload = input.Take(length);

            // A few lengths stand for frames around the bound, which nobody wants to spell out.
            int padding = length > 250 ? Http2Settings.FrameSizeMin - payload.Length + length - 253 : 0;
            new Http2FrameHeader(payload.Length + padding, type, flags, stream).Write(head);
            sent.Write(head);
            sent.Write(payload);
            sent.Write(new byte[padding]);
        }
        return sent.ToArray();
    }
}
