using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Mosn.Profile;

/// <summary>
/// Writes a profile as the native compiler takes it (<c>ilc --mibc</c>): an assembly whose methods are never run and whose
/// instructions are the data (dotnet/runtime, docs/design/features and src/coreclr/tools/dotnet-pgo).
/// </summary>
/// <remarks>
/// <code>
///   AssemblyDictionary:      ldstr "Assembly;"   ldtoken its group   pop           for each assembly
///   a group:                 ldtoken method      ldstr "ExclusiveWeight"   its weight
///                            ldstr "InstrumentationDataStart"
///                            for each counter: which fields follow, offset, kind, count, other, values
///                            ldstr "InstrumentationDataEnd"   pop                    for each method
/// </code>
/// </remarks>
public sealed class ProfileWriter : IDisposable
{
    /// <summary>All four fields of a counter follow, none is the same as before.</summary>
    private const int AllFields = 15;

    private readonly AssemblyDefinition _profile;
    private readonly TypeDefinition _home;
    private readonly TypeNames _types;
    private readonly DefaultAssemblyResolver _resolver = new();
    private readonly List<ModuleDefinition> _read = [];
    private readonly Dictionary<string, MethodDefinition> _groups = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <param name="folder">Where the program's assemblies lie. The framework's are those of this process.</param>
    public ProfileWriter(string folder)
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        _resolver.AddSearchDirectory(folder);
        _resolver.AddSearchDirectory(framework);
        _profile = AssemblyDefinition.CreateAssembly(
            new AssemblyNameDefinition("profile", new Version(1, 0)),
            "profile",
            new ModuleParameters { Kind = ModuleKind.Dll, AssemblyResolver = _resolver });
        _home = _profile.MainModule.Types[0];
        _types = new TypeNames(_profile.MainModule);
        foreach (string path in Directory.GetFiles(folder, "*.dll").Concat(Directory.GetFiles(framework, "*.dll")))
        {
            Read(path);
        }
    }

    /// <summary>True if the method of that full name was added.</summary>
    public bool Has(string name) => _names.Contains(name);

    /// <summary>
    /// Adds a method with all that was counted in it. False: it, or something in its name, was not found without doubt.
    /// </summary>
    public bool TryAdd(CountedMethod counted)
    {
        if (TryBegin(counted, counted.Weight) is not { } code)
        {
            return false;
        }
        code.Emit(OpCodes.Ldstr, "InstrumentationDataStart");
        foreach (Counter counter in counted.Counters)
        {
            Write(code, counter);
        }
        code.Emit(OpCodes.Ldstr, "InstrumentationDataEnd");
        code.Emit(OpCodes.Pop);
        return true;
    }

    /// <summary>Adds a method's place only: its code lies with that of others of this weight, and is what it was.</summary>
    public bool TryPlace(CountedMethod counted, int weight)
    {
        ILProcessor? code = TryBegin(counted, weight);
        code?.Emit(OpCodes.Pop);
        return code is not null;
    }

    /// <summary>Writes the file. Nothing may be added afterwards.</summary>
    public void Save(string path)
    {
        MethodDefinition dictionary = AddMethod("AssemblyDictionary");
        ILProcessor code = dictionary.Body.GetILProcessor();
        foreach ((string assembly, MethodDefinition group) in _groups)
        {
            group.Body.GetILProcessor().Emit(OpCodes.Ret);
            code.Emit(OpCodes.Ldstr, assembly + ";");
            code.Emit(OpCodes.Ldtoken, group);
            code.Emit(OpCodes.Pop);
        }
        code.Emit(OpCodes.Ret);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _profile.Write(path);
    }

    public void Dispose()
    {
        _profile.Dispose();
        _read.ForEach(module => module.Dispose());
        _resolver.Dispose();
    }

    private ILProcessor? TryBegin(CountedMethod counted, int weight)
    {
        if (Find(counted) is not { } method || Reference(method, counted.Name) is not { } reference)
        {
            return null;
        }
        ILProcessor code = GroupOf(method.Module.Assembly.Name.Name).Body.GetILProcessor();
        code.Emit(OpCodes.Ldtoken, reference);
        code.Emit(OpCodes.Ldstr, "ExclusiveWeight");
        code.Emit(OpCodes.Ldc_I4, weight);
        _names.Add(counted.Name);
        return code;
    }

    private void Read(string path)
    {
        try
        {
            ModuleDefinition module = ModuleDefinition.ReadModule(
                path, new ReaderParameters { AssemblyResolver = _resolver });
            _read.Add(module);
            _types.Add(module);
        }
        catch (BadImageFormatException)
        {
            // A native library beside the others.
        }
    }

    /// <summary>The one method of that name, length and types of parameters; generic methods are left out.</summary>
    private MethodDefinition? Find(CountedMethod counted)
    {
        string name = counted.Name;
        // Which dot ends the type's name? One behind which a method's name is left that the type has.
        for (int dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
        {
            if (_types.Definition(name[..dot]) is not { } type)
            {
                continue;
            }
            MethodDefinition[] found =
            [
                .. type.Methods.Where(method => method.HasBody && !method.HasGenericParameters
                    && name.AsSpan(dot + 1).SequenceEqual(method.Name)
                    && method.Body.CodeSize == counted.CodeBytes
                    && method.Parameters.All(parameter => IsIn(counted.Signature, parameter.ParameterType))),
            ];
            return found.Length == 1 ? found[0] : null;
        }
        return null;
    }

    /// <summary>The runtime writes primitive types as IL does, so those are taken for granted.</summary>
    private static bool IsIn(string signature, TypeReference type)
    {
        TypeReference element = type.GetElementType();
        return element.IsPrimitive || element.IsGenericParameter
            || signature.Contains(element.Name, StringComparison.Ordinal);
    }

    private MethodReference? Reference(MethodDefinition method, string name)
    {
        MethodReference reference = _profile.MainModule.ImportReference(method);
        if (!method.DeclaringType.HasGenericParameters)
        {
            return reference;
        }
        if (_types.Reference(name[..^(method.Name.Length + 1)]) is not GenericInstanceType owner)
        {
            return null;
        }
        MethodReference ofInstance = new(reference.Name, reference.ReturnType, owner) { HasThis = reference.HasThis };
        foreach (ParameterDefinition parameter in reference.Parameters)
        {
            ofInstance.Parameters.Add(new ParameterDefinition(parameter.ParameterType));
        }
        return ofInstance;
    }

    private MethodDefinition GroupOf(string assembly)
    {
        if (!_groups.TryGetValue(assembly, out MethodDefinition? group))
        {
            _groups[assembly] = group = AddMethod($"Assembly_{assembly};");
        }
        return group;
    }

    private MethodDefinition AddMethod(string name)
    {
        MethodDefinition method = new(
            name, MethodAttributes.Public | MethodAttributes.Static, _profile.MainModule.TypeSystem.Void);
        _home.Methods.Add(method);
        return method;
    }

    private void Write(ILProcessor code, Counter counter)
    {
        code.Emit(OpCodes.Ldc_I4, AllFields);
        code.Emit(OpCodes.Ldc_I4, counter.Offset);
        code.Emit(OpCodes.Ldc_I4, counter.Kind);
        code.Emit(OpCodes.Ldc_I4, counter.Values.Count);
        code.Emit(OpCodes.Ldc_I4, counter.Other);
        foreach (string value in counter.Values)
        {
            if (!counter.HasNumbers)
            {
                WriteHandle(code, value);
            }
            else if (Counter.Number(value) is <= int.MaxValue and ulong number)
            {
                code.Emit(OpCodes.Ldc_I4, (int)number);
            }
            else
            {
                code.Emit(OpCodes.Ldc_I8, unchecked((long)Counter.Number(value)));
            }
        }
    }

    /// <summary>A type; 0 for none; another number, the same for the same, for one that has no name here.</summary>
    private void WriteHandle(ILProcessor code, string value)
    {
        const string typeLabel = "TypeHandle: ";
        const string none = ": NULL";
        TypeReference? type = value.StartsWith(typeLabel, StringComparison.Ordinal)
            ? _types.Reference(value[typeLabel.Length..])
            : null;
        if (value.EndsWith(none, StringComparison.Ordinal))
        {
            code.Emit(OpCodes.Ldc_I4_0);
        }
        else if (type is null)
        {
            const int unknownMask = 0xFF_FFFF;
            code.Emit(OpCodes.Ldc_I4, 1 + (int)(Hash(value) % unknownMask));
        }
        else
        {
            code.Emit(OpCodes.Ldtoken, type);
        }
    }

    /// <summary>FNV-1a: the same in every run, as the framework's own is not.</summary>
    private static uint Hash(string text)
    {
        uint hash = 2_166_136_261;
        foreach (char c in text)
        {
            hash = (hash ^ c) * 16_777_619;
        }
        return hash;
    }
}
