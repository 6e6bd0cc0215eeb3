using System.Text;
using Mosn.Proxy.Health;

namespace Mosn.Tests.Health;

public class AnswerSearchTests
{
    [Theory]
    [InlineData("needle", 6)]
    [InlineData("hay needle hay", 10)]
    [InlineData("neneedneedle", 12)]
    [InlineData("needl e", -1)]
    public void The_bytes_are_found_however_the_answer_is_cut(string answer, int end)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(answer);
        for (int size = 1; size <= bytes.Length; size++)
        {
            AnswerSearch search = new("needle"u8.ToArray(), lengthMax: 100);
            int found = -1;
            for (int at = 0; at < bytes.Length && found < 0; at += size)
            {
                int next = Math.Min(bytes.Length, at + size);
                found = search.Finds(bytes.AsSpan(at..next)) ? next : -1;
            }
            Assert.Equal(end < 0 ? -1 : Math.Min(bytes.Length, (end + size - 1) / size * size), found);
        }
    }

    [Fact]
    public void What_comes_after_the_bound_does_not_count()
    {
        AnswerSearch search = new("needle"u8.ToArray(), lengthMax: 10);
        Assert.False(search.Finds("12345"u8));
        Assert.False(search.IsFull);
        Assert.False(search.Finds("needle"u8));
        Assert.True(search.IsFull);
        Assert.False(search.Finds("needle"u8));
    }
}
