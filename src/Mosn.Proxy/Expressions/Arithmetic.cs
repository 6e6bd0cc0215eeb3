namespace Mosn.Proxy.Expressions;

/// <summary>
/// Numbers, durations and times. What does not fit is a fault; doubles have infinities, as IEEE 754 has them.
/// </summary>
internal static class Arithmetic
{
    private const long NsPerTick = 100;

    public static bool Add(scoped ref Evaluation evaluation, long left, long right, out long value)
    {
        value = unchecked(left + right);
        return ((left ^ value) & (right ^ value)) >= 0 || evaluation.Fail(EvaluationFault.Overflow);
    }

    public static bool Subtract(scoped ref Evaluation evaluation, long left, long right, out long value)
    {
        value = unchecked(left - right);
        return ((left ^ right) & (left ^ value)) >= 0 || evaluation.Fail(EvaluationFault.Overflow);
    }

    public static bool Multiply(scoped ref Evaluation evaluation, long left, long right, out long value)
    {
        long high = Math.BigMul(left, right, out value);
        return high == value >> 63 || evaluation.Fail(EvaluationFault.Overflow);
    }

    public static bool Divide(scoped ref Evaluation evaluation, long left, long right, out long value)
    {
        if (!IsDivisor(ref evaluation, left, right))
        {
            value = 0;
            return false;
        }
        value = left / right;
        return true;
    }

    public static bool Remainder(scoped ref Evaluation evaluation, long left, long right, out long value)
    {
        if (!IsDivisor(ref evaluation, left, right))
        {
            value = 0;
            return false;
        }
        value = left % right;
        return true;
    }

    public static bool Negate(scoped ref Evaluation evaluation, long operand, out long value) =>
        Subtract(ref evaluation, 0, operand, out value);

    public static bool Add(scoped ref Evaluation evaluation, double left, double right, out double value)
    {
        value = left + right;
        return true;
    }

    public static bool Subtract(scoped ref Evaluation evaluation, double left, double right, out double value)
    {
        value = left - right;
        return true;
    }

    public static bool Multiply(scoped ref Evaluation evaluation, double left, double right, out double value)
    {
        value = left * right;
        return true;
    }

    public static bool Divide(scoped ref Evaluation evaluation, double left, double right, out double value)
    {
        value = left / right;
        return true;
    }

    public static bool Negate(scoped ref Evaluation evaluation, double operand, out double value)
    {
        value = -operand;
        return true;
    }

    public static bool Not(scoped ref Evaluation evaluation, bool operand, out bool value)
    {
        value = !operand;
        return true;
    }

    /// <summary>A time later by a duration.</summary>
    public static bool AddToTime(scoped ref Evaluation evaluation, long ticks, long ns, out long value) =>
        Add(ref evaluation, ticks, ns / NsPerTick, out value) && IsTime(ref evaluation, value);

    /// <summary>The same with the duration first.</summary>
    public static bool AddTime(scoped ref Evaluation evaluation, long ns, long ticks, out long value) =>
        AddToTime(ref evaluation, ticks, ns, out value);

    public static bool SubtractFromTime(scoped ref Evaluation evaluation, long ticks, long ns, out long value) =>
        Subtract(ref evaluation, ticks, ns / NsPerTick, out value) && IsTime(ref evaluation, value);

    public static bool BetweenTimes(scoped ref Evaluation evaluation, long left, long right, out long value) =>
        Multiply(ref evaluation, left - right, NsPerTick, out value);

    private static bool IsTime(scoped ref Evaluation evaluation, long ticks) =>
        (ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks)
        || evaluation.Fail(EvaluationFault.Overflow);

    private static bool IsDivisor(scoped ref Evaluation evaluation, long left, long right)
    {
        if (right == 0)
        {
            return evaluation.Fail(EvaluationFault.DivisionByZero);
        }
        return right != -1 || left != long.MinValue || evaluation.Fail(EvaluationFault.Overflow);
    }
}
