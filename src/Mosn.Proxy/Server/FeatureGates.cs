using System.Diagnostics.CodeAnalysis;

namespace Mosn.Proxy.Server;

/// <summary>
/// All feature gates of a process and their states. Gates are added and set while the process starts; the first init
/// freezes them. Reading is safe from any thread.
/// </summary>
public sealed class FeatureGates
{
    private const StringSplitOptions Trimmed =
        StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private bool _isFrozen;
    private bool _isFinal;

    /// <summary>Every gate and whether it is on, by name.</summary>
    public IReadOnlyDictionary<string, bool> States
    {
        get
        {
            lock (_lock)
            {
                return new SortedDictionary<string, bool>(
                    _entries.ToDictionary(pair => pair.Key, pair => pair.Value.IsEnabled), StringComparer.Ordinal);
            }
        }
    }

    /// <returns>False when the name is taken (the first one stays) or the gates are frozen.</returns>
    public bool Add(FeatureGate gate)
    {
        lock (_lock)
        {
            return !_isFrozen && _entries.TryAdd(gate.Name, new Entry(gate) { IsEnabled = gate.EnabledByDefault });
        }
    }

    /// <summary>Unknown gates are off.</summary>
    public bool IsEnabled(string name)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(name, out Entry? entry) && entry.IsEnabled;
        }
    }

    /// <summary>
    /// Sets gates from <c>a=true, b=false</c>; empty items and spaces do not matter, booleans are those of Go. All or
    /// nothing: with one wrong item no gate changes.
    /// </summary>
    /// <param name="error">What is wrong with which item, for the operator.</param>
    public bool TrySet(string text, [NotNullWhen(false)] out string? error)
    {
        List<(Entry Entry, bool IsEnabled)> changes = [];
        lock (_lock)
        {
            foreach (string item in text.Split(',', Trimmed))
            {
                error = Parse(item, changes);
                if (error is not null)
                {
                    return false;
                }
            }
            foreach ((Entry entry, bool isEnabled) in changes)
            {
                entry.IsEnabled = isEnabled;
            }
        }
        error = null;
        return true;
    }

    /// <summary>Runs the init of the named gates that are on, in order, each once, and freezes all.</summary>
    public async Task InitAsync(IEnumerable<string> names, CancellationToken cancel)
    {
        Freeze(isFinal: false);
        foreach (string name in names)
        {
            if (_entries.TryGetValue(name, out Entry? entry))
            {
                await entry.InitOnce(cancel);
            }
        }
    }

    /// <summary>Begins the init of all other gates that are on, side by side, and does not wait for them.</summary>
    /// <returns>Completes when all are done; faults when one fails.</returns>
    public Task FinishInit(CancellationToken cancel)
    {
        Freeze(isFinal: true);
        return Task.WhenAll(_entries.Values.Select(entry => entry.InitOnce(cancel)));
    }

    /// <summary>Waits until a gate's init is done. Only after <see cref="FinishInit"/>.</summary>
    /// <param name="timeout">Zero waits for as long as it takes.</param>
    /// <returns>False, at once, when the gate is off or unknown.</returns>
    /// <exception cref="TimeoutException">The init was not done in time.</exception>
    public async Task<bool> WaitForInitAsync(string name, TimeSpan timeout, TimeProvider time)
    {
        Check.That(Volatile.Read(ref _isFinal));
        if (!_entries.TryGetValue(name, out Entry? entry) || !entry.IsEnabled)
        {
            return false;
        }
        await entry.InitOnce(default).WaitAsync(timeout > TimeSpan.Zero ? timeout : Timeout.InfiniteTimeSpan, time);
        return true;
    }

    private void Freeze(bool isFinal)
    {
        lock (_lock)
        {
            _isFrozen = true;
            Volatile.Write(ref _isFinal, _isFinal || isFinal);
        }
    }

    private string? Parse(string item, List<(Entry Entry, bool IsEnabled)> changes)
    {
        if (_isFrozen)
        {
            return "feature gates cannot change after the start";
        }
        int equals = item.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            return $"feature gate '{item}': expected name=true or name=false";
        }
        string name = item[..equals].TrimEnd();
        string value = item[(equals + 1)..].TrimStart();
        if (!_entries.TryGetValue(name, out Entry? entry))
        {
            string known = string.Join(", ", _entries.Keys.Order(StringComparer.Ordinal));
            return $"feature gate '{name}' is unknown; known are {known}";
        }
        if (ParseBool(value) is not { } isEnabled)
        {
            return $"feature gate '{name}': '{value}' is neither true nor false";
        }
        if (entry.Gate.IsLocked && isEnabled != entry.Gate.EnabledByDefault)
        {
            return $"feature gate '{name}' is locked to {(entry.Gate.EnabledByDefault ? "true" : "false")}";
        }
        changes.Add((entry, isEnabled));
        return null;
    }

    private static bool? ParseBool(string value) => value switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };

    private sealed class Entry(FeatureGate gate)
    {
        private readonly Lock _lock = new();
        private Task? _init;

        public FeatureGate Gate => gate;

        public bool IsEnabled { get; set; }

        public Task InitOnce(CancellationToken cancel)
        {
            if (!IsEnabled || gate.Init is null)
            {
                return Task.CompletedTask;
            }
            lock (_lock)
            {
                return _init ??= Task.Run(async () => await gate.Init(cancel), cancel);
            }
        }
    }
}
