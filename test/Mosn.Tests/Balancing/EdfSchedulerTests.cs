using Mosn.Proxy.Balancing;

namespace Mosn.Tests.Balancing;

public class EdfSchedulerTests
{
    [Fact]
    public void Turns_come_as_evenly_as_weights_allow()
    {
        EdfScheduler scheduler = Make([4, 2, 3, 1]);
        string turns = string.Concat(Turns(scheduler, [4, 2, 3, 1], 10).Select(static index => "ABCD"[index]));
        Assert.StartsWith("ACBA", turns);
        Assert.Equal("AAAABBCCCD", string.Concat(turns.Order()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Over_the_sum_of_weights_each_gets_exactly_its_weight(bool waitsDiffer)
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int round = 0; round < 20; round++)
        {
            double[] weights = [.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => (double)random.Next(1, 129))];
            EdfScheduler scheduler = Make(weights, waitsDiffer ? random : null);
            for (int period = 0; period < 3; period++)
            {
                int[] counts = Counts(Turns(scheduler, weights, (int)weights.Sum()), weights.Length);
                Assert.True(
                    counts.Select(static count => (double)count).SequenceEqual(weights), $"seed {seed}, round {round}");
            }
        }
    }

    [Fact]
    public void Tiny_weights_keep_their_ratios_however_long_it_runs()
    {
        double[] weights = [.. Enumerable.Range(1, 10).Select(static n => n / 1000.0)];
        EdfScheduler scheduler = Make(weights);

        // A turn takes some 18 units of time, so that the clock is set back many times.
        int[] counts = Counts(Turns(scheduler, weights, 55 * 20_000), weights.Length);
        Assert.All(counts.Index(), static one => Assert.InRange(one.Item, (20_000 * (one.Index + 1)) - 1, (20_000 * (one.Index + 1)) + 1));
    }

    [Fact]
    public void A_weight_counts_from_the_turn_at_which_it_changes()
    {
        double[] weights = [1, 1];
        EdfScheduler scheduler = Make(weights);
        Assert.Equal([50, 50], Counts(Turns(scheduler, weights, 100), 2));
        weights[0] = 3;
        int[] counts = Counts(Turns(scheduler, weights, 400), 2);
        Assert.InRange(counts[0], 299, 301);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e-300)]
    public void What_was_weightless_comes_again(double bad)
    {
        double[] weights = [1, 1];
        EdfScheduler scheduler = Make(weights);
        Assert.Equal([1, 1], Counts(Turns(scheduler, [bad, 1], 2), 2));
        Assert.Contains(0, Turns(scheduler, weights, 20_000));
    }

    private static EdfScheduler Make(double[] weights, Random? waits = null)
    {
        EdfScheduler scheduler = new(weights.Length);
        for (int i = 0; i < weights.Length; i++)
        {
            scheduler.Add(i, weights[i], 1 - (waits?.NextDouble() ?? 0));
        }
        return scheduler;
    }

    private static IEnumerable<int> Turns(EdfScheduler scheduler, double[] weights, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int index = scheduler.First;
            scheduler.Advance(weights[index]);
            yield return index;
        }
    }

    private static int[] Counts(IEnumerable<int> turns, int length)
    {
        int[] counts = new int[length];
        foreach (int index in turns)
        {
            counts[index]++;
        }
        return counts;
    }
}
