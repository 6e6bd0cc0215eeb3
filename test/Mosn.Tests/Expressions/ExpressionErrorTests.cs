using Mosn.Proxy.Expressions;

namespace Mosn.Tests.Expressions;

public class ExpressionErrorTests
{
    [Theory]
    [InlineData("", 1, "a value is missing at the end")]
    [InlineData("request.host ==", 16, "a value is missing at the end")]
    [InlineData("request.host = \"a\"", 14, "'=' compares nothing; write '=='")]
    [InlineData("true & false", 6, "'&' is not an operator; write '&&'")]
    [InlineData("1 2", 3, "an operator or the end is expected here")]
    [InlineData("(1", 3, "')' is missing")]
    [InlineData("match(\"a\", \"b\"", 15, "')' is missing")]
    [InlineData("request.", 9, "a name is expected behind the point")]
    [InlineData("\"abc", 1, "this text is not closed")]
    [InlineData("\"a\\qb\"", 3, "not an escape that texts have")]
    [InlineData("\"\\ud800\"", 2, "not an escape that texts have")]
    [InlineData("1 + 10s", 5, "'10s' is not a number")]
    [InlineData("1e", 1, "'1e' is not a number")]
    [InlineData("010", 1, "a number must not begin with 0")]
    [InlineData("9223372036854775808", 1, "a number beyond 64 bits")]
    [InlineData("1e999", 1, "a number beyond what a double holds")]
    [InlineData("a ~ b", 3, "unexpected '~'")]
    [InlineData("true ? 1", 9, "':' and a second value are missing")]
    public void A_mistake_in_the_form_has_a_place(string source, int column, string message) =>
        Assert.Equal(new ExpressionError(message, column), Evaluating.ErrorOf(source));

    [Theory]
    [InlineData("response.code == \"200\"", 15, "'==' cannot compare an int with a string")]
    [InlineData("1 == 1.0", 3, "'==' cannot compare an int with a double")]
    [InlineData("int(true)", 1, "int(bool) does not exist; there is int(int), int(double), int(duration), int(timestamp), int(string)")]
    [InlineData("double(false)", 1, "double(bool) does not exist; there is double(double), double(int), double(string)")]
    [InlineData("match(\"a\")", 1, "match(string) does not exist; there is match(string, string)")]
    [InlineData("1 + \"a\"", 3, "'+' does not work with an int and a string")]
    [InlineData("true + false", 6, "'+' does not work with a bool and a bool")]
    [InlineData("!1", 1, "'!' does not work with an int")]
    [InlineData("-\"a\"", 1, "'-' does not work with a string")]
    [InlineData("1 && true", 1, "this is an int, and a bool is needed")]
    [InlineData("true || \"x\"", 9, "this is a string, and a bool is needed")]
    [InlineData("request.host | 1", 16, "this is an int, and a string is needed beside the others")]
    [InlineData("conditional(true, 1, \"a\")", 22, "this is a string, and an int is needed beside the others")]
    [InlineData("conditional(1, 2, 3)", 13, "this is an int, and a bool is needed")]
    [InlineData("conditional(true, 1)", 1, "'conditional' is called as conditional(condition, value, value)")]
    [InlineData("request.headers == response.headers", 17, "'==' does not work with a map of strings")]
    [InlineData("ip(\"1.1.1.1\") < ip(\"1.1.1.2\")", 15, "'<' does not work with an ip")]
    [InlineData("request.headers[1]", 17, "this is an int, and a string is needed")]
    [InlineData("request.host[\"a\"]", 13, "a string has no keys")]
    [InlineData("request.host.size", 14, "'request.host' has no member 'size'")]
    [InlineData("toLower(request.host).size", 23, "a string has no member 'size'")]
    [InlineData("request == request", 1, "'request' is only the start of attributes' names")]
    [InlineData("true || ctx.del_request_header('a')", 9, "'ctx' is for the filter dsl; a condition must not change a request")]
    [InlineData("[1]", 1, "a list can only stand at the right of 'in'")]
    [InlineData("1 in [1, \"a\"]", 10, "this is a string, and an int is needed beside the others")]
    [InlineData("request.host.matches(request.path)", 9, "a pattern must be known beforehand: it cannot depend on the request")]
    [InlineData("has(1)", 5, "only attributes and keys of maps can be there or not")]
    public void A_mistake_in_the_meaning_has_a_place(string source, int column, string message) =>
        Assert.Equal(new ExpressionError(message, column), Evaluating.ErrorOf(source));

    [Theory]
    [InlineData("request.hots == \"a\"", 1, "unknown attribute 'request.hots'", "request.host")]
    [InlineData("true && request.header[\"a\"] == \"b\"", 9, "unknown attribute 'request.header'", "request.headers")]
    [InlineData("startWith(request.host, \"a\")", 1, "unknown function 'startWith'", "startsWith")]
    [InlineData("request.host.endWith(\"a\")", 14, "unknown function 'endWith'", "endsWith")]
    [InlineData("conditonal(true, 1, 2)", 1, "unknown function 'conditonal'", "conditional")]
    [InlineData("ctx.add_request_headers(\"a\", \"b\")", 5, "unknown function 'add_request_headers'", "add_request_header")]
    [InlineData("completely.different", 1, "unknown attribute 'completely.different'", null)]
    public void A_misspelt_name_comes_with_the_nearest_one(
        string source, int column, string message, string? suggestion) =>
        Assert.Equal(new ExpressionError(message, column, suggestion), Evaluating.ErrorOf(source));

    [Fact]
    public void The_context_is_not_a_value()
    {
        Assert.False(Expression.TryCompileAction("ctx", out _, out ExpressionError? error));
        Assert.Equal(new ExpressionError("'ctx' is not a value; it has functions", 1), error);
    }

    [Fact]
    public void The_whole_must_be_what_is_wanted() =>
        Assert.Equal(
            new ExpressionError("this is a string, and a bool is needed", 1),
            Evaluating.ErrorOf("request.host", ExpressionType.Bool));

    [Fact]
    public void A_bad_pattern_is_found_when_it_is_compiled()
    {
        Assert.StartsWith("not a regular expression", Evaluating.ErrorOf("\"(\".matches(request.host)").Message);
        Assert.StartsWith(
            "a regular expression that cannot run in linear time",
            Evaluating.ErrorOf("\"(a)\\\\1\".matches(request.host)").Message);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("!", "")]
    [InlineData("-", "")]
    [InlineData("size(\"a\" + string(", "))")]
    [InlineData("request.headers[", "]")]
    [InlineData("true ? true : ", "")]
    [InlineData("1 + ", "")]
    public void Depth_is_bounded(string open, string close)
    {
        const int Levels = 500;
        string source = string.Concat(Enumerable.Repeat(open, Levels)) + "1"
            + string.Concat(Enumerable.Repeat(close, Levels));
        ExpressionError error = Evaluating.ErrorOf(source);
        Assert.Contains("levels deep", error.Message);
    }

    [Fact]
    public void Long_chains_of_conditions_are_not_deep()
    {
        string source = string.Join(" && ", Enumerable.Repeat("request.path == \"/url\"", 500));
        Assert.True(Evaluating.Compile(source, ExpressionType.Bool).IsTrue(Evaluating.Request()));
    }

    [Fact]
    public void Length_is_bounded() =>
        Assert.Equal("longer than 16384 characters", Evaluating.ErrorOf(new string(' ', 16385)).Message);
}
