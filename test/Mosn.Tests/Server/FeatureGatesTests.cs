using Mosn.Proxy.Server;

namespace Mosn.Tests.Server;

public class FeatureGatesTests
{
    private readonly FeatureGates _gates = new();
    private readonly List<string> _inits = [];

    public FeatureGatesTests()
    {
        foreach (string name in (string[])["a", "b", "c", "off"])
        {
            _gates.Add(new FeatureGate(name, EnabledByDefault: name != "off", Init: _ => Note(name)));
        }
        _gates.Add(new FeatureGate("locked", IsLocked: true));
    }

    [Theory]
    [InlineData("a=false, off=true,")]
    [InlineData(" a = F ,, off = 1 ")]
    [InlineData("a=false,off=false,off=TRUE")]
    public void Spaces_and_empty_items_do_not_matter(string text)
    {
        Assert.True(_gates.TrySet(text, out _));
        Assert.False(_gates.IsEnabled("a"));
        Assert.True(_gates.IsEnabled("off"));
        Assert.True(_gates.IsEnabled("b"));
    }

    [Theory]
    [InlineData("off")]
    [InlineData("off=")]
    [InlineData("off=yes")]
    [InlineData("of=true")]
    [InlineData("locked=true")]
    [InlineData("=true")]
    public void With_one_wrong_item_nothing_changes(string wrong)
    {
        Assert.False(_gates.TrySet($"off=true,{wrong}", out string? error));
        Assert.NotEmpty(error);
        Assert.False(_gates.IsEnabled("off"));
        Assert.False(_gates.IsEnabled("locked"));
    }

    [Fact]
    public void A_locked_gate_may_be_set_to_what_it_is() => Assert.True(_gates.TrySet("locked=false", out _));

    [Fact]
    public void The_first_of_a_name_stays()
    {
        Assert.False(_gates.Add(new FeatureGate("a")));
        Assert.True(_gates.IsEnabled("a"));
    }

    [Fact]
    public async Task Named_inits_run_in_order_once_and_the_rest_later()
    {
        await _gates.InitAsync(["b", "a", "b", "off", "nobody"], default);
        Assert.Equal(["b", "a"], _inits);

        await _gates.FinishInit(default);
        Assert.Equal(["b", "a", "c"], _inits);
    }

    [Fact]
    public async Task The_first_init_freezes()
    {
        await _gates.InitAsync([], default);
        Assert.False(_gates.Add(new FeatureGate("new")));
        Assert.False(_gates.TrySet("a=false", out _));
        Assert.True(_gates.IsEnabled("a"));
    }

    [Fact]
    public async Task Waiting_for_a_gate_ends_with_its_init()
    {
        FeatureGates gates = new();
        TaskCompletionSource init = new();
        HeldTime time = new();
        gates.Add(new FeatureGate("slow", EnabledByDefault: true, Init: async _ => await init.Task));
        gates.Add(new FeatureGate("off"));
        await Assert.ThrowsAnyAsync<Exception>(() => gates.WaitForInitAsync("slow", TimeSpan.Zero, time));

        Task all = gates.FinishInit(default);
        Assert.False(await gates.WaitForInitAsync("off", TimeSpan.Zero, time));
        Assert.False(await gates.WaitForInitAsync("nobody", TimeSpan.Zero, time));

        Task<bool> impatient = gates.WaitForInitAsync("slow", TimeSpan.FromSeconds(1), time);
        Task<bool> patient = gates.WaitForInitAsync("slow", TimeSpan.Zero, time);
        time.Fire(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => impatient);
        init.SetResult();
        Assert.True(await patient);
        await all;
    }

    [Fact]
    public void States_are_listed_by_name() =>
        Assert.Equal(["a", "b", "c", "locked", "off"], _gates.States.Keys);

    private ValueTask Note(string name)
    {
        lock (_inits)
        {
            _inits.Add(name);
        }
        return ValueTask.CompletedTask;
    }
}
