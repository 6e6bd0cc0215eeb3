using System.Text;
using Mosn.Proxy.Expressions;
using Mosn.Proxy.Streams;
using Mosn.Tests.Streams;

namespace Mosn.Tests.Expressions;

/// <summary>Compiles and evaluates in one step.</summary>
internal static class Evaluating
{
    public static StreamContext Request(string head = "GET /url HTTP/1.1\nHost: test.local\ntimes: 10") =>
        FakeServerStream.Open(head);

    public static Expression Compile(string source, ExpressionType wanted = ExpressionType.Any)
    {
        bool isCompiled = Expression.TryCompile(source, wanted, out Expression? expression, out ExpressionError? error);
        Assert.True(isCompiled, $"{source}: {error}");
        return expression!;
    }

    public static Expression Action(string source)
    {
        bool isCompiled = Expression.TryCompileAction(source, out Expression? expression, out ExpressionError? error);
        Assert.True(isCompiled, $"{source}: {error}");
        return expression!;
    }

    public static ExpressionError ErrorOf(string source, ExpressionType wanted = ExpressionType.Any)
    {
        Assert.False(Expression.TryCompile(source, wanted, out _, out ExpressionError? error), source);
        return error!;
    }

    /// <summary>The value as text, or the name of the fault.</summary>
    public static string Text(string source, StreamContext? stream = null)
    {
        byte[] text = new byte[1024];
        EvaluationFault fault = Action(source).Format(stream ?? Request(), text, out int written);
        return fault == EvaluationFault.None ? Encoding.UTF8.GetString(text, 0, written) : fault.ToString();
    }
}
