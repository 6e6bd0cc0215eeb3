using System.Text;
using Mosn.Testing;

namespace Mosn.Simulation;

/// <summary>One end of a tunnel, client or host, in either version of HTTP.</summary>
internal abstract class TunnelEnd
{
    /// <summary>What came through the tunnel.</summary>
    public abstract ReadOnlySpan<byte> Received { get; }

    /// <summary>The other end has ended its direction in order.</summary>
    public abstract bool IsEnded { get; }

    /// <summary>Nothing more will come.</summary>
    public abstract bool IsOver { get; }

    /// <summary>The status of a response; 0: none that could be read.</summary>
    public virtual int Status => 0;

    /// <summary>It has agreed, or was agreed with.</summary>
    public bool IsOpen { get; protected set; }

    /// <summary>It broke the tunnel itself.</summary>
    public bool HasBroken { get; protected set; }

    /// <summary>It is a host that has refused.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Sends everything and its end, or breaks the tunnel in the middle.</summary>
    public abstract void Open();
}

/// <summary>An end that speaks HTTP/1.1, on a connection of its own.</summary>
internal sealed class Http1End(MemoryPeer peer) : TunnelEnd
{
    private byte[] _bytes = [];
    private int _early;
    private bool _breaks;

    /// <param name="early">Bytes to send before the tunnel stands.</param>
    public Http1End(MemoryPeer peer, byte[] bytes, int early, bool breaks)
        : this(peer)
    {
        Take(bytes, breaks);
        _early = early;
    }

    public override ReadOnlySpan<byte> Received => IsOpen || IsRefused ? peer.Received : default;

    public override bool IsEnded => peer.InputEnded;

    public override bool IsOver => peer.IsOver;

    public void Take(byte[] bytes, bool breaks)
    {
        _bytes = bytes;
        _breaks = breaks;
    }

    public void SendFirst(string head)
    {
        peer.Send(head);
        peer.Send(_bytes.AsSpan(0, _early));
    }

    /// <summary>Takes a head off what was received, if it is whole.</summary>
    public bool TryTakeHead(out string head)
    {
        int end = peer.Received.IndexOf("\r\n\r\n"u8);
        head = end < 0 ? "" : Encoding.Latin1.GetString(peer.Received[..end]) + "\r\n";
        if (end >= 0)
        {
            peer.Consume(end + 4);
        }
        return end >= 0;
    }

    public override void Open()
    {
        IsOpen = true;
        if (_breaks)
        {
            HasBroken = true;
            peer.Reset();
            return;
        }
        peer.Send(_bytes.AsSpan(_early));
        peer.SendEnd();
    }
}

/// <summary>An end that speaks HTTP/2: a stream of a connection that others may be on.</summary>
internal sealed class Http2End(Http2Peer connection, int id, byte[] bytes, bool breaks) : TunnelEnd
{
    public override ReadOnlySpan<byte> Received => connection.Stream(id).Body;

    public override bool IsEnded => connection.Stream(id).IsEnded;

    public override bool IsOver => IsEnded || HasBroken || connection.Stream(id).Reset is not null || connection.Peer.IsOver;

    public override int Status => connection.Stream(id).Response.Status;

    public override void Open()
    {
        IsOpen = true;
        HasBroken = breaks;
        connection.SendData(id, bytes.AsSpan(0, breaks ? bytes.Length / 2 : bytes.Length), endStream: !breaks);
        if (breaks)
        {
            connection.SendReset(id);
        }
    }
}
