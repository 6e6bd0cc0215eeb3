using Mosn.Proxy.Expressions;
using Mosn.Proxy.Streams;

namespace Mosn.Tests.Expressions;

// The values are those of MOSN's own tests (pkg/cel/runtime_test.go) wherever those have the case.
public class ExpressionTests
{
    [Theory]
    [InlineData("true", "true")]
    [InlineData("200", "200")]
    [InlineData("0xFF", "255")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("1.5e2", "150")]
    [InlineData("\"hello world\"", "hello world")]
    [InlineData("'it is \\'so\\''", "it is 'so'")]
    [InlineData("`a\\b`", "a\\b")]
    [InlineData("\"\\t\\x41\\u00e9\\101\\U0001F600\"", "\tAéA😀")]
    public void Literals_are_their_value(string source, string value) => Assert.Equal(value, Evaluating.Text(source));

    [Theory]
    [InlineData("request.host + request.path", "test.local/url")]
    [InlineData("request.headers[\"times\"]", "10")]
    [InlineData("request.headers[\"TIMES\"]", "10")]
    [InlineData("request.headers.times", "10")]
    [InlineData("int(request.headers[\"times\"]) > 9 && request.host == \"test.local\"", "true")]
    [InlineData("request.headers[\"t\"] | source.labels[\"t\"] | \"unknown\"", "unknown")]
    [InlineData("request.headers[\"t\"] | source.labels[\"t\"]", "MissingAttribute")]
    [InlineData("request.headers[\"t\"]", "MissingKey")]
    [InlineData("request.headers[\"\"]", "MissingKey")]
    [InlineData("request.headers.t | request.headers.times | \"unknown\"", "10")]
    [InlineData("source.name | request.method", "GET")]
    [InlineData("source.name", "MissingAttribute")]
    [InlineData("(source.name | source.uid) | \"last\"", "last")]
    [InlineData("pick(source.name, source.uid, \"last\")", "last")]
    [InlineData("toLower(source.name) | \"never\"", "MissingAttribute")]
    [InlineData("(source.labels | request.headers)[\"times\"]", "10")]
    [InlineData("(source.labels | emptyStringMap())[\"a\"] | \"none\"", "none")]
    [InlineData("emptyStringMap()[\"a\"]", "MissingKey")]
    public void Attributes_and_maps_may_be_missing(string source, string value) =>
        Assert.Equal(value, Evaluating.Text(source));

    [Theory]
    [InlineData("\"hello\".reverse()", "olleh")]
    [InlineData("reverse(\"añb😀\")", "😀bña")]
    [InlineData("match(request.host, \"*.local\")", "true")]
    [InlineData("match(request.host, \"test.*\")", "true")]
    [InlineData("match(request.host, \"test.local\")", "true")]
    [InlineData("match(request.host, \"test*local\")", "false")]
    [InlineData("\"test*local\".match(\"test*local\")", "true")]
    [InlineData("request.host.startsWith(\"test.\")", "true")]
    [InlineData("request.host.startsWith(\"test.xxx\")", "false")]
    [InlineData("request.host.endsWith(\".local\")", "true")]
    [InlineData("request.host.contains(\"st.lo\")", "true")]
    [InlineData("\"^test\".matches(request.host)", "true")]
    [InlineData("\"local$\".matches(request.host)", "true")]
    [InlineData("\"xyz|local\".matches(request.host)", "true")]
    [InlineData("matches(request.host, \"^t.*l$\")", "true")]
    [InlineData("size(request.path)", "4")]
    [InlineData("size(\"né\")", "2")]
    [InlineData("toLower(\"User-Agent\")", "user-agent")]
    [InlineData("toUpper(\"É-z\")", "É-Z")]
    [InlineData("conditional((request.path | \"/\") == \"/url\", \"200\", \"404\")", "200")]
    [InlineData("conditionalString((request.path | \"/\") == \"/url2\", \"200\", \"404\")", "404")]
    [InlineData("conditional(true, \"a\", source.name)", "a")]
    [InlineData("conditionalString(true, \"a\", source.name)", "MissingAttribute")]
    [InlineData("request.path == \"/url\" ? 1 : 2", "1")]
    public void Functions_compute(string source, string value) => Assert.Equal(value, Evaluating.Text(source));

    [Theory]
    [InlineData("'tëst'.charAt(1)", "ë")]
    [InlineData("'abc'.charAt(3)", "")]
    [InlineData("'abc'.charAt(4)", "OutOfRange")]
    [InlineData("'abc'.charAt(-1)", "OutOfRange")]
    [InlineData("'ëllo hello'.indexOf('ll')", "1")]
    [InlineData("'ëllo hello'.indexOf('ll', 2)", "7")]
    [InlineData("'hello'.indexOf('j')", "-1")]
    [InlineData("'hello'.indexOf('h', 6)", "OutOfRange")]
    [InlineData("'ëllo mello'.lastIndexOf('ello')", "6")]
    [InlineData("'hello mello'.lastIndexOf('ello', 6)", "1")]
    [InlineData("'hello mello'.lastIndexOf('ello', -1)", "OutOfRange")]
    [InlineData("'tacocat'.substring(4)", "cat")]
    [InlineData("'tâcocat'.substring(0, 4)", "tâco")]
    [InlineData("'tacocat'.substring(2, 1)", "OutOfRange")]
    [InlineData("'tacocat'.substring(0, 8)", "OutOfRange")]
    [InlineData("request.path.substring(1) + trim(' \\t\u2003x ')", "urlx")]
    [InlineData("'hello hello'.replace('he', 'we')", "wello wello")]
    [InlineData("'hello hello'.replace('l', '')", "heo heo")]
    [InlineData("'hello'.replace('x', 'y')", "hello")]
    [InlineData("'hello'.replace('', 'y')", "BadText")]
    public void Parts_of_texts_are_counted_in_characters(string source, string value) =>
        Assert.Equal(value, Evaluating.Text(source));

    [Theory]
    [InlineData("timestamp('2024-02-29T13:05:07.250Z').getFullYear()", "2024")]
    [InlineData("timestamp('2024-02-29T13:05:07.250Z').getMonth()", "1")]
    [InlineData("timestamp('2024-02-29T13:05:07.250Z').getDate()", "29")]
    [InlineData("timestamp('2024-02-29T13:05:07.250Z').getDayOfMonth()", "28")]
    [InlineData("timestamp('2024-02-29T13:05:07.250Z').getDayOfWeek()", "4")]
    [InlineData("timestamp('2024-02-29T13:05:07.250Z').getDayOfYear()", "59")]
    [InlineData("timestamp('2024-02-29T13:05:07.250Z').getHours()", "13")]
    [InlineData("timestamp('2024-02-29T13:05:07.250Z').getMinutes()", "5")]
    [InlineData("timestamp('2024-02-29T13:05:07.250Z').getSeconds()", "7")]
    [InlineData("timestamp('2024-02-29T13:05:07.250Z').getMilliseconds()", "250")]
    [InlineData("'90m'.getHours()", "1")]
    [InlineData("'90m'.getMinutes()", "90")]
    public void Times_have_parts(string source, string value) => Assert.Equal(value, Evaluating.Text(source));

    [Theory]
    [InlineData("bool(\"true\") && bool(\"t\") && bool(\"T\") && bool(\"TRUE\")", "true")]
    [InlineData("bool(\"false\") || bool(\"f\") || bool(\"F\") || bool(\"FALSE\")", "false")]
    [InlineData("bool(\"x\")", "BadText")]
    [InlineData("string(true)", "true")]
    [InlineData("string(10)", "10")]
    [InlineData("string(10.0)", "10")]
    [InlineData("string(10.1)", "10.1")]
    [InlineData("string(0.00001)", "1e-05")]
    [InlineData("string(-0.00012)", "-0.00012")]
    [InlineData("string(1000000.0)", "1e+06")]
    [InlineData("string(123456.5)", "123456.5")]
    [InlineData("int(\"10\")", "10")]
    [InlineData("int(\"-10\")", "-10")]
    [InlineData("int(\"10.0\")", "BadText")]
    [InlineData("int(\" 10\")", "BadText")]
    [InlineData("int(\"\")", "BadText")]
    [InlineData("int(-3.9)", "-3")]
    [InlineData("int(1e19)", "Overflow")]
    [InlineData("double(\"10\")", "10")]
    [InlineData("double(\"10.1\")", "10.1")]
    [InlineData("double(\"1,000\")", "BadText")]
    [InlineData("int(\"1ms\")", "1000000")]
    [InlineData("int(\"1s\") / int(\"1ms\")", "1000")]
    [InlineData("duration(\"1m30s\")", "90s")]
    [InlineData("duration(\"-1.5s\")", "-1.5s")]
    [InlineData("duration(request.method)", "BadText")]
    [InlineData("timestamp(\"2015-01-02T15:04:05Z\")", "2015-01-02T15:04:05Z")]
    [InlineData("timestamp(\"2015-01-02T15:04:05.250+02:00\")", "2015-01-02T13:04:05.25Z")]
    [InlineData("int(timestamp(\"1970-01-01T00:01:00Z\"))", "60")]
    [InlineData("timestamp(60)", "1970-01-01T00:01:00Z")]
    [InlineData("timestamp(\"2015-02-29T00:00:00Z\")", "BadText")]
    public void Conversions_take_what_Go_takes(string source, string value) =>
        Assert.Equal(value, Evaluating.Text(source));

    [Theory]
    [InlineData("string(ip(\"1.1.1.1\"))", "1.1.1.1")]
    [InlineData("ip(\"1.1.1.1\") == ip(\"::ffff:1.1.1.1\")", "true")]
    [InlineData("ip(\"1.1.1.1\") != ip(\"1.1.1.2\")", "true")]
    [InlineData("ip(\"2001:DB8::1\") == ip(\"2001:db8:0:0::1\")", "true")]
    [InlineData("string(ip(\"2001:DB8::1\"))", "2001:db8::1")]
    [InlineData("ip(\"1.1.1\")", "BadText")]
    [InlineData("ip(\"1.1.1.01\")", "BadText")]
    [InlineData("ip(\"[::1]\")", "BadText")]
    [InlineData("uri(\"https://test.local\") == uri(\"HTTPS://TEST.local\")", "true")]
    [InlineData("uri(\"https://test.local/A\") == uri(\"https://test.local/a\")", "false")]
    [InlineData("uri(\"https://test.local:80\") == uri(\"https://test.local\")", "false")]
    [InlineData("string(uri(\"https://test.local\"))", "https://test.local")]
    [InlineData("uri(\"http://a b/\")", "BadText")]
    [InlineData("uri(\"http://a/%zz\")", "BadText")]
    [InlineData("email(\"Test <test@Test.local>\") == email(\"test@test.local\")", "true")]
    [InlineData("email(\"test@test.local\") == email(\"Test@test.local\")", "false")]
    [InlineData("email(\"test\")", "BadText")]
    [InlineData("dnsName(request.host) == dnsName(\"TEST.local\")", "true")]
    [InlineData("dnsName(\"bücher.example\") == dnsName(\"xn--bcher-kva.example\")", "true")]
    [InlineData("dnsName(\"-a.local\")", "BadText")]
    [InlineData("dnsName(\"a-.local\")", "BadText")]
    [InlineData("dnsName(\"a..local\")", "BadText")]
    public void Names_and_addresses_are_compared_by_what_they_mean(string source, string value) =>
        Assert.Equal(value, Evaluating.Text(source));

    [Theory]
    [InlineData("1 + 2 * 3 - 4 % 3", "6")]
    [InlineData("9223372036854775807 + 1", "Overflow")]
    [InlineData("-9223372036854775808 - 1", "Overflow")]
    [InlineData("-(-9223372036854775808)", "Overflow")]
    [InlineData("9223372036854775807 * 2", "Overflow")]
    [InlineData("-9223372036854775808 / -1", "Overflow")]
    [InlineData("1 / 0", "DivisionByZero")]
    [InlineData("1 % 0", "DivisionByZero")]
    [InlineData("1.0 / 0.0", "+Inf")]
    [InlineData("7.5 / 2.5", "3")]
    [InlineData("\"1s\" + \"500ms\"", "1.5s")]
    [InlineData("timestamp(0) + \"1h\"", "1970-01-01T01:00:00Z")]
    [InlineData("\"1h\" + timestamp(0)", "1970-01-01T01:00:00Z")]
    [InlineData("timestamp(\"9999-12-31T23:59:59Z\") + \"1h\"", "Overflow")]
    [InlineData("timestamp(60) - timestamp(0) == \"1m\"", "true")]
    [InlineData("timestamp(\"9999-12-31T23:59:59Z\") - timestamp(0)", "Overflow")]
    public void Arithmetic_that_does_not_fit_is_a_fault(string source, string value) =>
        Assert.Equal(value, Evaluating.Text(source));

    [Theory]
    [InlineData("1 == 1 && 1 != 2 && 1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3", "true")]
    [InlineData("\"a\" < \"b\" && \"b\" >= \"b\" && !(\"ab\" <= \"a\")", "true")]
    [InlineData("1.1 == 1.1 && 1.5 > 1.0", "true")]
    [InlineData("\"60s\" == \"1m\"", "true")]
    [InlineData("duration(\"1s\") == \"1s\"", "true")]
    [InlineData("\"90s\" > \"1m\"", "true")]
    [InlineData("request.method in [\"GET\", \"HEAD\"]", "true")]
    [InlineData("request.method in []", "false")]
    [InlineData("\"times\" in request.headers && !(\"t\" in request.headers) && !(\"t\" in source.labels)", "true")]
    [InlineData("has(request.host) && !has(source.name) && has(request.headers[\"times\"])", "true")]
    public void Comparisons_compare_values_of_one_type(string source, string value) =>
        Assert.Equal(value, Evaluating.Text(source));

    [Theory]
    [InlineData("source.name == \"x\" || true", "true")]
    [InlineData("true || source.name == \"x\"", "true")]
    [InlineData("source.name == \"x\" && false", "false")]
    [InlineData("source.name == \"x\" || false", "MissingAttribute")]
    [InlineData("source.name == \"x\" && true && 1 / 0 == 1", "MissingAttribute")]
    public void A_side_that_decides_makes_the_fault_of_another_not_matter(string source, string value) =>
        Assert.Equal(value, Evaluating.Text(source));

    // In MOSN such a text is a duration only, so that all of these are mistakes there.
    [Theory]
    [InlineData("\"0\" == request.headers[\"none\"] | \"0\"", "true")]
    [InlineData("request.path + \"1s\"", "/url1s")]
    [InlineData("size(\"1s\")", "2")]
    [InlineData("request.headers[\"1s\"] | \"1s\"", "1s")]
    [InlineData("conditional(true, \"0\", \"1\")", "0")]
    public void A_text_that_could_be_a_duration_stays_text_where_a_text_is_needed(string source, string value) =>
        Assert.Equal(value, Evaluating.Text(source));

    [Fact]
    public void A_condition_that_cannot_be_evaluated_does_not_hold()
    {
        StreamContext stream = Evaluating.Request();
        Assert.True(Evaluating.Compile("request.path == \"/url\"", ExpressionType.Bool).IsTrue(stream));
        Assert.False(Evaluating.Compile("source.name == \"\"", ExpressionType.Bool).IsTrue(stream));
        Assert.False(Evaluating.Compile("!(source.name == \"\")", ExpressionType.Bool).IsTrue(stream));
    }

    [Fact]
    public void Texts_that_grow_too_long_are_a_fault()
    {
        string path = new('a', 7000);
        StreamContext stream = Evaluating.Request($"GET /{path} HTTP/1.1\nHost: a");
        string twice = "request.path + request.path";
        Assert.Equal(14002, Number($"size({twice})"));
        string long8 = $"({twice}) + ({twice}) + ({twice}) + ({twice})";
        Assert.Equal(
            EvaluationFault.TooLong,
            Evaluating.Compile($"size({long8})").Evaluate(stream, out long _));

        long Number(string source)
        {
            Assert.Equal(EvaluationFault.None, Evaluating.Compile(source).Evaluate(stream, out long value));
            return value;
        }
    }
}
