namespace Mosn.Proxy.Observability;

/// <summary>
/// Writes the value of one variable of an access log format. Runs on the loop for every line: it must not allocate,
/// block or keep the line. A variable without a value writes <see cref="LogLineWriter.WriteUnset"/>.
/// </summary>
internal delegate void VariableWriter<in TContext>(TContext context, ref LogLineWriter line);
