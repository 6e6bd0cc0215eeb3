using System.Buffers;
using Mosn.Protocols;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>Headers to add and to take off, at one level of a router configuration. Immutable.</summary>
/// <param name="Additions">Come first, in their order.</param>
/// <param name="Removals">Valid names.</param>
internal sealed record HeaderEdits(HeaderAddition[] Additions, byte[][] Removals)
{
    private const int BytesOnStack = 512;

    public bool IsEmpty => Additions.Length == 0 && Removals.Length == 0;

    public void Apply(StreamContext stream, HeaderBlock headers)
    {
        foreach (HeaderAddition addition in Additions)
        {
            if (addition.Variable is null)
            {
                Put(headers, addition, addition.Literal);
            }
            else
            {
                PutVariable(stream, headers, addition);
            }
        }
        foreach (byte[] name in Removals)
        {
            headers.Remove(name);
        }
    }

    private static void PutVariable(StreamContext stream, HeaderBlock headers, HeaderAddition addition)
    {
        Span<byte> value = stackalloc byte[BytesOnStack];
        if (addition.Variable!.TryWrite(stream, value, out int written))
        {
            Put(headers, addition, value[..written]);
            return;
        }
        byte[] rented = ArrayPool<byte>.Shared.Rent(VariableValue.LengthMax);
        addition.Variable.TryWrite(stream, rented.AsSpan(0, VariableValue.LengthMax), out written);
        Put(headers, addition, rented.AsSpan(0, written));
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>A value that could be read as more than one field is left out: it came from a peer.</summary>
    private static void Put(HeaderBlock headers, HeaderAddition addition, ReadOnlySpan<byte> value)
    {
        int first = addition.Append ? headers.IndexOf(addition.Name) : -1;
        if (first < 0 || headers.Value(first).IsEmpty)
        {
            headers.TrySet(addition.Name, value);
        }
        else if (addition.IsListOfLines || headers.IndexOf(addition.Name, first + 1) >= 0)
        {
            headers.TryAdd(addition.Name, value);
        }
        else
        {
            Join(headers, addition.Name, headers.Value(first), value);
        }
    }

    private static void Join(HeaderBlock headers, byte[] name, ReadOnlySpan<byte> old, ReadOnlySpan<byte> value)
    {
        int length = checked(old.Length + 1 + value.Length);
        byte[]? rented = length > BytesOnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> joined = rented is null ? stackalloc byte[BytesOnStack] : rented;
        old.CopyTo(joined);
        joined[old.Length] = (byte)',';
        value.CopyTo(joined[(old.Length + 1)..]);
        headers.TrySet(name, joined[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}

/// <summary>One header to add. Immutable.</summary>
/// <param name="Name">Lower case, valid.</param>
/// <param name="Literal">The value if there is no variable.</param>
/// <param name="Append">Joined to a value that is there, with a comma; else the value replaces all others.</param>
/// <param name="IsListOfLines">Values must not be joined with commas, but stand in lines of their own.</param>
internal sealed record HeaderAddition(
    byte[] Name, byte[] Literal, VariableValue? Variable, bool Append, bool IsListOfLines);
