using Mosn.Bench.Proxies;
using Mosn.Bench.Reporting;

namespace Mosn.Bench.Cases;

/// <summary>One thing that is measured of every proxy.</summary>
/// <param name="name">As --case and the targets call it.</param>
/// <param name="title">What is done, for the report.</param>
public abstract class Case(string name, string title)
{
    public string Name => name;

    public string Title => title;

    /// <summary>What ratios and targets are about; less is better.</summary>
    public abstract Metric Primary { get; }

    /// <summary>The columns of the table; every sample holds a value for each.</summary>
    public abstract IReadOnlyList<Metric> Columns { get; }

    /// <summary>Differently configured peers that only this case needs.</summary>
    public virtual IReadOnlyList<Proxy> MorePeers => [];

    public virtual int RoundCount(BenchOptions options) => options.Rounds;

    /// <summary>Makes a proxy ready for its rounds: started and warm, unless a round does that itself.</summary>
    public abstract Task<IContestant> PrepareAsync(Session session, Proxy proxy);
}

/// <summary>A proxy that takes part in a case, until it is disposed.</summary>
public interface IContestant : IAsyncDisposable
{
    /// <summary>Measures it once.</summary>
    /// <exception cref="BenchException">It failed and must leave the case.</exception>
    Task<Sample> RoundAsync();
}
