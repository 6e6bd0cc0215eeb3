using Mosn.Transport.Loops;

namespace Mosn.Tests.Transport;

public class TimerWheelTests
{
    private const int TickMs = 8;
    private const int RevolutionMs = 8192 * TickMs;

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(7)]
    public void A_timer_is_never_early_and_at_most_a_tick_late(int start)
    {
        for (int delay = 1; delay < 40; delay++)
        {
            TimerWheel wheel = new(start);
            Timer timer = new();
            wheel.Set(timer, start + delay);
            long now = start;
            while (timer.Count == 0)
            {
                now++;
                wheel.Advance(now);
            }
            Assert.InRange(now, start + delay, start + delay + TickMs - 1);
            Assert.False(timer.IsArmed);
        }
    }

    [Fact]
    public void A_later_deadline_replaces_an_earlier_one_and_the_other_way_round()
    {
        TimerWheel wheel = new(0);
        Timer timer = new();
        wheel.Set(timer, 100);
        wheel.Set(timer, 1000);
        wheel.Advance(999);
        Assert.Equal(0, timer.Count);
        wheel.Set(timer, 1200);
        wheel.Set(timer, 1100);
        wheel.Advance(1104);
        Assert.Equal(1, timer.Count);
        wheel.Advance(5000);
        Assert.Equal(1, timer.Count);
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void A_cancelled_timer_does_not_fire_and_leaves_when_its_slot_comes_up()
    {
        TimerWheel wheel = new(0);
        Timer timer = new();
        wheel.Set(timer, 100);
        TimerWheel.Cancel(timer);
        Assert.False(timer.IsArmed);
        Assert.Equal(1, wheel.Count);
        wheel.Advance(200);
        Assert.Equal((0, 0), (timer.Count, wheel.Count));
    }

    [Fact]
    public void A_removed_timer_is_forgotten_at_once()
    {
        TimerWheel wheel = new(0);
        Timer timer = new();
        wheel.Set(timer, 100);
        wheel.Remove(timer);
        wheel.Remove(timer);
        Assert.Equal((0, -1), (wheel.Count, wheel.NextDelayMs(0)));
    }

    [Fact]
    public void A_timer_may_remove_others_of_its_slot_and_arm_itself_again()
    {
        TimerWheel wheel = new(0);
        Timer[] timers = [new(), new(), new()];
        foreach (Timer timer in timers)
        {
            wheel.Set(timer, 100);
            timer.Action = () =>
            {
                foreach (Timer other in timers)
                {
                    wheel.Remove(other);
                }
                wheel.Set(timer, 200 * timer.Count); // 200, then 400.
            };
        }
        wheel.Advance(104);
        Assert.Equal(1, timers.Sum(timer => timer.Count));
        wheel.Advance(208);
        Assert.Equal(2, timers.Sum(timer => timer.Count));
    }

    [Fact]
    public void A_deadline_in_the_past_fires_with_the_next_tick()
    {
        TimerWheel wheel = new(1000);
        Timer timer = new();
        wheel.Set(timer, 10);
        wheel.Advance(1000 + TickMs);
        Assert.Equal(1, timer.Count);
    }

    [Fact]
    public void A_timer_that_arms_itself_for_now_does_not_hold_up_the_turn()
    {
        TimerWheel wheel = new(0);
        Timer timer = new();
        timer.Action = () => wheel.Set(timer, 0);
        wheel.Set(timer, 8);
        wheel.Advance(80);
        Assert.InRange(timer.Count, 1, 10);
    }

    [Theory]
    [InlineData(RevolutionMs - TickMs)]
    [InlineData(RevolutionMs)]
    [InlineData(RevolutionMs + TickMs)]
    [InlineData((3 * RevolutionMs) + 5)]
    public void Deadlines_beyond_a_revolution_wait_their_time(long deadline)
    {
        TimerWheel wheel = new(0);
        Timer timer = new();
        wheel.Set(timer, deadline);
        for (long now = 0; now < deadline; now += 500)
        {
            wheel.Advance(now);
        }
        Assert.Equal(0, timer.Count);
        wheel.Advance(deadline + TickMs);
        Assert.Equal(1, timer.Count);
    }

    [Fact]
    public void A_sleep_longer_than_a_revolution_misses_no_slot()
    {
        for (int slot = 0; slot < 8192; slot += 7)
        {
            TimerWheel wheel = new(0);
            Timer timer = new();
            wheel.Set(timer, slot * TickMs);
            wheel.Advance((2 * RevolutionMs) + (31 * TickMs));
            Assert.Equal(1, timer.Count);
        }
        for (int target = 0; target < 8192; target += 13)
        {
            TimerWheel wheel = new(0);
            Timer timer = new();
            wheel.Set(timer, 32 * TickMs);
            wheel.Advance(RevolutionMs + (target * TickMs));
            Assert.Equal(1, timer.Count);
        }
    }

    [Fact]
    public void The_next_delay_reaches_the_next_deadline_and_not_further()
    {
        TimerWheel wheel = new(0);
        Assert.Equal(-1, wheel.NextDelayMs(0));
        Timer timer = new();
        for (int deadline = 1; deadline < RevolutionMs; deadline += 997)
        {
            wheel.Set(timer, deadline);
            Assert.InRange(wheel.NextDelayMs(0), deadline, deadline + TickMs - 1);
            wheel.Remove(timer);
        }
        wheel.Set(timer, 50);
        Assert.Equal(0, wheel.NextDelayMs(10_000)); // Late: no waiting.
    }

    [Fact]
    public void A_bug_in_one_timer_does_not_cost_the_others_of_its_slot()
    {
        List<Exception> bugs = [];
        TimerWheel wheel = new(0, (bug, _) => bugs.Add(bug));
        Timer[] timers = [new(), new(), new()];
        foreach (Timer timer in timers)
        {
            timer.Action = () => throw new InvalidDataException();
            wheel.Set(timer, 10);
        }
        wheel.Advance(16);
        Assert.Equal((3, 3), (bugs.Count, timers.Sum(timer => timer.Count)));
    }

    [Fact]
    public void Thousands_of_random_timers_agree_with_a_plain_list()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Random random = new(seed);
            long now = random.Next(100_000);
            TimerWheel wheel = new(now);
            Timer[] timers = [.. Enumerable.Range(0, 500).Select(_ => new Timer())];
            for (int step = 0; step < 2000; step++)
            {
                for (int i = 0; i < 5; i++)
                {
                    Touch(timers[random.Next(timers.Length)], random, wheel, now);
                }
                if (random.Next(200) == 0)
                {
                    now += random.Next(3 * RevolutionMs);
                }
                else
                {
                    now += random.Next(random.Next(2) == 0 ? 20 : 5000);
                }
                wheel.Advance(now);
                foreach (Timer timer in timers)
                {
                    timer.CheckAt(now, $"seed {seed}, step {step}");
                }
            }
        }
    }

    private static void Touch(Timer timer, Random random, TimerWheel wheel, long now)
    {
        switch (random.Next(4))
        {
            case 0:
                TimerWheel.Cancel(timer);
                timer.DueMs = long.MaxValue;
                break;
            case 1:
                wheel.Remove(timer);
                timer.DueMs = long.MaxValue;
                break;
            default:
                timer.DueMs = now + random.Next(-100, random.Next(2) == 0 ? 1000 : 2 * RevolutionMs);
                timer.SetAtMs = now;
                wheel.Set(timer, timer.DueMs);
                break;
        }
        timer.Count = 0;
    }

    private sealed class Timer : LoopTimer
    {
        public int Count { get; set; }
        public Action? Action { get; set; }
        public long DueMs { get; set; } = long.MaxValue;
        public long SetAtMs { get; set; }

        /// <summary>The plain list's answer: fired once if due, a tick ago at least; not fired if not due.</summary>
        public void CheckAt(long now, string where)
        {
            if (DueMs > now)
            {
                Assert.True(Count == 0, $"early: {where}");
            }
            else if (Math.Max(DueMs, SetAtMs) + TickMs <= now)
            {
                Assert.True(Count == 1, $"{Count} times: {where}");
            }
            if (Count == 1)
            {
                DueMs = long.MaxValue;
                Count = 0;
            }
        }

        protected internal override void OnTimer()
        {
            Count++;
            Action?.Invoke();
        }
    }
}
