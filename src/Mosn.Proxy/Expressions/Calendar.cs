namespace Mosn.Proxy.Expressions;

/// <summary>
/// CEL's parts of timestamps, in UTC, and of durations. As in CEL, months, days of the month, the week and the year
/// count from 0, <c>getDate</c> from 1.
/// </summary>
internal static class Calendar
{
    public static UnaryOperation<long, long> PartOfTime(Func<DateTime, int> part) =>
        (scoped ref evaluation, ticks, out value) =>
        {
            value = part(new DateTime(ticks, DateTimeKind.Utc));
            return true;
        };

    /// <param name="ns">Length of the unit in which the duration is counted.</param>
    public static UnaryOperation<long, long> CountOf(long ns) =>
        (scoped ref evaluation, duration, out value) =>
        {
            value = duration / ns;
            return true;
        };
}
