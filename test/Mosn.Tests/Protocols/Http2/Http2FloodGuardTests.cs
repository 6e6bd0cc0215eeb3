using Mosn.Protocols.Http2;

namespace Mosn.Tests.Protocols.Http2;

public class Http2FloodGuardTests
{
    [Fact]
    public void So_many_at_once_and_so_many_a_second_after_that()
    {
        Http2FloodGuard guard = new(new Http2FloodLimits { Pings = new Http2FloodLimit(5, 2) });
        Assert.Equal(5, Allowed(ref guard, Http2Abuse.PingFlood, nowMs: 0));
        Assert.Equal(2, Allowed(ref guard, Http2Abuse.PingFlood, nowMs: 1_600));
    }

    [Fact]
    public void What_is_sent_pays_for_answers_that_come_later_and_all_at_once()
    {
        Http2FloodGuard guard = new(new Http2FloodLimits { WindowUpdates = new Http2FloodLimit(5, 1, CreditMax: 1_000) });
        for (int i = 0; i < 100; i++)
        {
            guard.Earn(Http2Abuse.WindowUpdateFlood, 4);
        }
        Assert.Equal(405, Allowed(ref guard, Http2Abuse.WindowUpdateFlood, nowMs: 60_000));
        guard.Earn(Http2Abuse.WindowUpdateFlood, 1_000_000);
        Assert.InRange(Allowed(ref guard, Http2Abuse.WindowUpdateFlood, nowMs: 60_000), 1_000, 1_005);
    }

    [Fact]
    public void Requests_that_end_well_pay_for_resets_before_them_and_not_for_a_flood_to_come()
    {
        Http2FloodGuard guard = new(new Http2FloodLimits { Resets = new Http2FloodLimit(5, 1) });
        guard.Earn(Http2Abuse.RapidReset, 1_000);
        Assert.Equal(5, Allowed(ref guard, Http2Abuse.RapidReset, nowMs: 10_000_000));
        guard.Earn(Http2Abuse.RapidReset, 3);
        Assert.InRange(Allowed(ref guard, Http2Abuse.RapidReset, nowMs: 10_000_000), 1, 3);
    }

    /// <summary>How many are allowed until one is not.</summary>
    private static int Allowed(ref Http2FloodGuard guard, Http2Abuse kind, long nowMs)
    {
        int count = 0;
        while (guard.Allows(kind, nowMs))
        {
            count++;
        }
        return count;
    }
}
