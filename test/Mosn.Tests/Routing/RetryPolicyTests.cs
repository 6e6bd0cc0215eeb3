using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;

namespace Mosn.Tests.Routing;

public class RetryPolicyTests
{
    private const RetryOn Always = RetryOn.Reset | RetryOn.RefusedStream | RetryOn.TryTimeout;

    [Fact]
    public void Nothing_configured_is_the_default() => Assert.Same(RetryPolicy.Default, Compile(null));

    [Fact]
    public void Server_errors_are_retried_three_times()
    {
        RetryPolicy policy = Compile(new RetryPolicyConfig { RetryOn = true });
        Assert.Equal(Always | RetryOn.ServerError | RetryOn.GatewayError, policy.On);
        Assert.Equal(3, policy.RetriesMax);
    }

    [Fact]
    public void Status_codes_stand_in_for_server_errors()
    {
        RetryPolicy policy = Compile(new RetryPolicyConfig { RetryOn = true, StatusCodes = [503, 404, 503], NumRetries = 1 });
        Assert.Equal(Always | RetryOn.StatusCodes, policy.On);
        Assert.Equal([404, 503], policy.StatusCodes);
        Assert.Equal(1, policy.RetriesMax);
    }

    [Fact]
    public void Without_retry_on_only_the_time_of_a_try_counts()
    {
        RetryPolicy policy = Compile(new RetryPolicyConfig
        {
            NumRetries = 9, StatusCodes = [500], RetryTimeout = TimeSpan.FromMilliseconds(1.5),
        });
        Assert.Equal(RetryPolicy.Default with { TryTimeoutMs = 2 }, policy);
    }

    [Fact]
    public void Conditions_replace_the_usual_ones()
    {
        RetryPolicy policy = Compile(new RetryPolicyConfig
        {
            RetryOn = true,
            Conditions = ["gateway-error", "connect-failure", "retriable-status-codes"],
            StatusCodes = [409],
        });
        Assert.Equal(RetryOn.GatewayError | RetryOn.StatusCodes, policy.On);
        Assert.Equal(Always | RetryOn.ServerError, Compile(new RetryPolicyConfig
        {
            Conditions = ["5xx", "reset", "refused-stream", "try-timeout"],
        }).On);
    }

    [Fact]
    public void Everything_else_is_taken_over()
    {
        RetryPolicy policy = Compile(new RetryPolicyConfig
        {
            RetryOn = true,
            BackOff = new RetryBackOffConfig
            {
                BaseInterval = TimeSpan.FromMilliseconds(10), MaxInterval = TimeSpan.FromSeconds(1),
            },
            MaxBodyBytes = 7,
            RetryUnsafeMethods = true,
            HedgeOnTryTimeout = true,
        });
        Assert.Equal((10, 1000, 7), (policy.BackoffBaseMs, policy.BackoffMaxMs, policy.BodyBytesMax));
        Assert.True(policy.RepeatsUnsafe && policy.Hedges);
    }

    [Fact]
    public void An_unknown_condition_is_refused() => Assert.Equal(
        ["virtual host 'v', route 1: '4xx' is not a condition of a retry"],
        RoutingWorld.Problems(RoutingWorld.Routes(new RouteConfig
        {
            Action = new RouteActionConfig { RetryPolicy = new RetryPolicyConfig { Conditions = ["4xx"] } },
        })));

    private static RetryPolicy Compile(RetryPolicyConfig? policy) => RoutingWorld.Compile(RoutingWorld.Routes(
        new RouteConfig { Action = new RouteActionConfig { ClusterName = "c", RetryPolicy = policy } }))
        .Match(RoutingWorld.Get("/"))!.Retry;
}
