using System.Text;

namespace Mosn.Protocols.Http1;

/// <summary>Removes what concerns only the connection a head came over (RFC 9110 section 7.6.1).</summary>
public static class Http1Hops
{
    private const ulong HopMask =
        (1UL << (int)KnownHeader.Connection) | (1UL << (int)KnownHeader.KeepAlive)
        | (1UL << (int)KnownHeader.ProxyConnection) | (1UL << (int)KnownHeader.Te)
        | (1UL << (int)KnownHeader.Upgrade) | (1UL << (int)KnownHeader.TransferEncoding);

    private const ulong UpgradeMask = 1UL << (int)KnownHeader.Upgrade;

    /// <summary>What never goes on.</summary>
    private const ulong GoneMask = HopMask & ~(1UL << (int)KnownHeader.Te);

    /// <summary>
    /// What <c>Connection</c> cannot remove: fields of framing and routing, and those that say who asks, which a
    /// client could otherwise take away from the next hop's decisions.
    /// </summary>
    private const ulong ProtectedMask =
        (1UL << (int)KnownHeader.Host) | (1UL << (int)KnownHeader.ContentLength)
        | (1UL << (int)KnownHeader.TransferEncoding) | (1UL << (int)KnownHeader.Te)
        | (1UL << (int)KnownHeader.Upgrade) | (1UL << (int)KnownHeader.Trailer) | (1UL << (int)KnownHeader.Expect)
        | (1UL << (int)KnownHeader.ContentType) | (1UL << (int)KnownHeader.ContentEncoding)
        | (1UL << (int)KnownHeader.ContentRange) | (1UL << (int)KnownHeader.Range)
        | (1UL << (int)KnownHeader.Authorization) | (1UL << (int)KnownHeader.ProxyAuthorization)
        | (1UL << (int)KnownHeader.Cookie) | (1UL << (int)KnownHeader.SetCookie)
        | (1UL << (int)KnownHeader.CacheControl) | (1UL << (int)KnownHeader.Date) | (1UL << (int)KnownHeader.Via)
        | (1UL << (int)KnownHeader.Forwarded) | (1UL << (int)KnownHeader.XForwardedFor)
        | (1UL << (int)KnownHeader.XForwardedHost) | (1UL << (int)KnownHeader.XForwardedProto)
        | (1UL << (int)KnownHeader.XRealIp) | (1UL << (int)KnownHeader.XRequestId);

    /// <summary>
    /// Removes <c>Connection</c> and what it names, <c>Keep-Alive</c>, <c>Proxy-Connection</c>,
    /// <c>Transfer-Encoding</c> (framing is a property of the head) and <c>Upgrade</c>; of <c>TE</c> stays
    /// <c>trailers</c>. Costs one test when there is none of them.
    /// </summary>
    /// <param name="keepUpgrade">The upgrade is being negotiated end to end.</param>
    public static void Strip(HeaderBlock headers, bool keepUpgrade = false)
    {
        if (headers.ContainsAny(HopMask))
        {
            StripPresent(headers, keepUpgrade);
        }
    }

    /// <summary>The same for a response, in which <c>TE</c> says nothing (RFC 9110 section 10.1.4).</summary>
    public static void StripResponse(HeaderBlock headers)
    {
        if (headers.ContainsAny(HopMask))
        {
            StripPresent(headers, keepUpgrade: false);
            headers.Remove(KnownHeader.Te);
        }
    }

    private static void StripPresent(HeaderBlock headers, bool keepUpgrade)
    {
        int at = headers.IndexOf(KnownHeader.Connection);
        while (at >= 0)
        {
            if (Http1Connection.IsPlain(headers.Value(at)))
            {
                // Keep-Alive is removed in any case, and no field is called Close.
                at = headers.IndexOf(KnownHeader.Connection, at + 1);
                continue;
            }
            RemoveNamed(headers, at);
            headers.RemoveAt(headers.IndexOf(KnownHeader.Connection));
            at = headers.IndexOf(KnownHeader.Connection);
        }
        headers.RemoveAny(keepUpgrade ? GoneMask & ~UpgradeMask : GoneMask);
        if (headers.Contains(KnownHeader.Te))
        {
            ReduceTe(headers);
        }
    }

    /// <summary>Removes the fields that the Connection field at that index names, but for itself.</summary>
    private static void RemoveNamed(HeaderBlock headers, int connection)
    {
        ReadOnlySpan<byte> list = headers.Value(connection);
        while (Http1Connection.NextToken(ref list, out ReadOnlySpan<byte> name))
        {
            // Removal moves fields, not bytes: the list stays where it is.
            KnownHeader known = KnownHeaders.Of(name);
            if (known != KnownHeader.Connection && (HeaderBlock.Bit(known) & ProtectedMask) == 0)
            {
                headers.Remove(name);
            }
        }
    }

    private static void ReduceTe(HeaderBlock headers)
    {
        bool acceptsTrailers = false;
        for (int i = headers.IndexOf(KnownHeader.Te); i >= 0; i = headers.IndexOf(KnownHeader.Te, i + 1))
        {
            ReadOnlySpan<byte> list = headers.Value(i);
            while (Http1Connection.NextToken(ref list, out ReadOnlySpan<byte> coding))
            {
                acceptsTrailers |= Ascii.EqualsIgnoreCase(coding, "trailers"u8);
            }
        }
        if (acceptsTrailers)
        {
            headers.Set(KnownHeader.Te, "trailers"u8);
        }
        else
        {
            headers.Remove(KnownHeader.Te);
        }
    }
}
