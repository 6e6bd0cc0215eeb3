using Mosn.Transport.Interop;

namespace Mosn.Tests.Transport;

public class StartupCodeTests
{
    [Fact]
    public void What_is_let_go_comes_back_when_it_is_needed()
    {
        for (int i = 0; i < 3; i++)
        {
            Assert.True(StartupCode.Release() > 1024 * 1024);
            Assert.Equal(499_500, Enumerable.Range(0, 1000).Sum());
        }
    }
}
