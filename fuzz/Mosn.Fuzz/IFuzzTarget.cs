namespace Mosn.Fuzz;

/// <summary>
/// Something that reads bytes of a peer, with what must hold for any of them. Any exception is a finding. The same bytes
/// must always take the same way: no clock, no randomness, nothing left over from the run before.
/// </summary>
internal interface IFuzzTarget
{
    /// <summary>As <c>./do fuzz</c> and the folder of its corpus call it.</summary>
    string Name { get; }

    /// <exception cref="OracleException">Something does not hold.</exception>
    void Run(FuzzInput input);
}
