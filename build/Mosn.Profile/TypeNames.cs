using Mono.Cecil;

namespace Mosn.Profile;

/// <summary>Finds types by the names that the runtime writes, in the assemblies it knows.</summary>
/// <param name="module">Gets the references.</param>
public sealed class TypeNames(ModuleDefinition module)
{
    /// <summary>Where the compiler looks for <c>__Canon</c>, which stands for every class in code that generics share.</summary>
    private const string CanonAssembly = "System.Private.Canon";
    private const string CanonName = "System.__Canon";

    private readonly Dictionary<string, TypeDefinition> _types = new(StringComparer.Ordinal);
    private TypeReference? _canon;

    /// <summary>Lets the assembly's types be found. The first of a name wins.</summary>
    public void Add(ModuleDefinition assembly)
    {
        foreach (TypeDefinition type in assembly.GetTypes())
        {
            _types.TryAdd(type.FullName.Replace('/', '+'), type);
        }
    }

    /// <summary>The type without its arguments; null if it is not known.</summary>
    public TypeDefinition? Definition(string name)
    {
        int arguments = name.IndexOf('[');
        return arguments >= 0 && name[^1] != ']' ? null // Cut off within its arguments.
            : _types.GetValueOrDefault(arguments < 0 ? name : name[..arguments]);
    }

    /// <summary>
    /// A reference to <c>Name</c>, <c>Outer+Nested</c>, <c>Name`1[Argument]</c>, <c>Name`1[[Argument, Assembly]]</c> or
    /// <c>Name[]</c>, each perhaps followed by its assembly; null if a part is not known.
    /// </summary>
    public TypeReference? Reference(string name)
    {
        int at = 0;
        return Reference(name, ref at);
    }

    private TypeReference? Reference(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && text[at] is not ('[' or ']' or ','))
        {
            at++;
        }
        TypeReference? type = Simple(text[start..at]);
        while (at + 1 < text.Length && text[at] == '[')
        {
            at++;
            if (text[at] == ']')
            {
                at++;
                type = type is null ? null : new ArrayType(type);
                continue;
            }
            type = Generic(type, text, ref at);
        }
        return type;
    }

    private GenericInstanceType? Generic(TypeReference? type, string text, ref int at)
    {
        GenericInstanceType? generic = type is null ? null : new GenericInstanceType(type);
        while (at < text.Length && text[at] != ']')
        {
            bool isQualified = text[at] == '[';
            at += isQualified ? 1 : 0;
            if (at < text.Length && text[at] is ',' or ']')
            {
                generic = null; // An array of several dimensions: too rare to be named right.
                at++;
                continue;
            }
            TypeReference? argument = Reference(text, ref at);
            if (argument is null)
            {
                generic = null;
            }
            generic?.GenericArguments.Add(argument);
            if (isQualified)
            {
                at = text.IndexOf(']', at) + 1; // Past the assembly.
            }
            at += at < text.Length && text[at] == ',' ? 1 : 0;
        }
        at++;
        return generic;
    }

    private TypeReference? Simple(string name)
    {
        if (name == CanonName)
        {
            return _canon ??= Canon();
        }
        return _types.TryGetValue(name, out TypeDefinition? type) ? module.ImportReference(type) : null;
    }

    private TypeReference Canon()
    {
        AssemblyNameReference assembly = new(CanonAssembly, new Version(1, 0));
        module.AssemblyReferences.Add(assembly);
        int dot = CanonName.LastIndexOf('.');
        return new TypeReference(CanonName[..dot], CanonName[(dot + 1)..], module, assembly);
    }
}
