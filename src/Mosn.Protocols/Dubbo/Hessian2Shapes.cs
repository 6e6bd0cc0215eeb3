using System.Runtime.CompilerServices;

namespace Mosn.Protocols.Dubbo;

/// <summary>
/// What the values of one message have declared so far, which the ones behind them refer to: classes with the number of
/// their fields, types, and how many lists, maps and objects there were.
/// </summary>
internal struct Hessian2Shapes
{
    /// <summary>Classes that one message may define.</summary>
    private const int ClassCountMax = 128;

    private FieldCounts _fieldCounts;
    private int _classCount;

    /// <summary>Types that were named.</summary>
    public int TypeCount { get; set; }

    /// <summary>Lists, maps and objects that have begun.</summary>
    public int ReferenceCount { get; set; }

    /// <summary>False: that would be too many classes.</summary>
    public bool TryAddClass(int fieldCount)
    {
        if (_classCount == ClassCountMax)
        {
            return false;
        }
        _fieldCounts[_classCount++] = fieldCount;
        return true;
    }

    /// <summary>False: there is no such class.</summary>
    public readonly bool TryGetFieldCount(int index, out int fieldCount)
    {
        bool isKnown = (uint)index < (uint)_classCount;
        fieldCount = isKnown ? _fieldCounts[index] : 0;
        return isKnown;
    }

    [InlineArray(ClassCountMax)]
    private struct FieldCounts
    {
        private int _first;
    }
}
