using Mosn.Proxy.Expressions;
using Mosn.Proxy.Streams;
using Mosn.Tests.Routing;

namespace Mosn.Tests.Expressions;

public class ExpressionCostTests
{
    [Theory]
    [InlineData("request.method == \"GET\" && request.headers[\"times\"] == \"10\" && request.path == \"/url\"")]
    [InlineData("request.headers[\"none\"] == \"x\" || request.host.startsWith(\"test\")")]
    [InlineData("request.host + request.path == \"test.local/url\"")]
    [InlineData("toUpper(request.host).reverse() == \"LACOL.TSET\"")]
    [InlineData("\"^/u.l$\".matches(request.path)")]
    [InlineData("request.query_params[\"a\"] | \"none\" == \"none\"")]
    [InlineData("int(request.headers[\"times\"]) * 2 == 20 && string(20) == \"20\"")]
    [InlineData("origin.ip == ip(request.headers[\"ip\"] | \"10.0.0.9\")")]
    [InlineData("request.time < response.time || response.code == 0 || response.duration < \"1s\"")]
    [InlineData("request.method in [\"POST\", \"GET\"]")]
    [InlineData("dnsName(request.host) == dnsName(\"Test.local\")")]
    public void Evaluating_allocates_nothing(string source)
    {
        Expression expression = Evaluating.Compile(source, ExpressionType.Bool);
        StreamContext stream = Evaluating.Request();
        bool holds = true;
        Evaluate(100);
        Assert.Equal(0, RoutingWorld.BytesAllocatedBy(Evaluate));
        Assert.True(holds);

        void Evaluate(int times)
        {
            for (int i = 0; i < times; i++)
            {
                holds &= expression.IsTrue(stream);
            }
        }
    }
}
