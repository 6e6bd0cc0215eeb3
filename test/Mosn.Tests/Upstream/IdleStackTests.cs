using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;

namespace Mosn.Tests.Upstream;

public class IdleStackTests
{
    [Fact]
    public void It_is_a_stack_from_which_anything_may_leave()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int round = 0; round < 200; round++)
        {
            IdleStack stack = new();
            List<Http1ClientConnection> model = [];
            for (int step = 0; step < 300; step++)
            {
                if (model.Count == 0 || random.Next(100) < 45 + (step % 50 < 25 ? 20 : -20))
                {
                    Http1ClientConnection connection = new(null!, null!);
                    stack.Push(connection);
                    model.Add(connection);
                }
                else
                {
                    int at = random.Next(3) == 0 ? random.Next(model.Count) : model.Count - 1;
                    stack.Remove(model[at]);
                    Assert.Equal(-1, model[at].IdleIndex);
                    model.RemoveAt(at);
                }
                Assert.True(
                    stack.Count == model.Count && stack.Top == model.LastOrDefault(),
                    $"seed {seed}, round {round}, step {step}");
            }
        }
    }

    [Fact]
    public void A_connection_that_stays_while_others_come_and_go_costs_no_room()
    {
        IdleStack stack = new();
        Http1ClientConnection stays = new(null!, null!);
        stack.Push(stays);
        Http1ClientConnection[] others = [new(null!, null!), new(null!, null!)];
        for (int i = 0; i < 1000; i++)
        {
            stack.Push(others[0]);
            stack.Push(others[1]);
            stack.Remove(others[0]);
            stack.Remove(others[1]);
        }
        Assert.InRange(stays.IdleIndex, 0, 3);
        Assert.Same(stays, stack.Top);
    }
}
