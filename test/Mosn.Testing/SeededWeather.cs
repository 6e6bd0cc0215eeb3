using Mosn.Transport;

namespace Mosn.Testing;

/// <summary>
/// Weather from a seed: the same seed is the same weather. How rough it is depends on the seed too, so that some worlds
/// only cut bytes apart and others do everything at once.
/// </summary>
public sealed class SeededWeather : MemoryWeather
{
    private readonly Random _random;
    private readonly int _pieceMax;
    private readonly int _delayMaxMs;
    private readonly int _bufferMax;
    private readonly bool _lossy;

    /// <param name="seed">Decides everything.</param>
    /// <param name="breaks">Lets connections break by themselves, about one in a few hundred pieces.</param>
    public SeededWeather(int seed, bool breaks = false)
    {
        _random = new Random(seed);
        _pieceMax = _random.Next(4) switch { 0 => 1, 1 => 16, 2 => 1024, _ => 64 * 1024 };
        _delayMaxMs = _random.Next(3) switch { 0 => 0, 1 => 3, _ => 60 };
        _bufferMax = _random.Next(3) switch { 0 => 512, 1 => 8 * 1024, _ => 256 * 1024 };
        _lossy = _random.Next(2) == 0;
        BreakChance = breaks && _random.Next(2) == 0 ? 1.0 / _random.Next(50, 500) : 0;
    }

    /// <summary>How likely a piece breaks its connection; 0 in worlds where none does.</summary>
    public double BreakChance { get; set; }

    /// <summary>The longest that anything is under way; 0 in worlds where everything arrives at once.</summary>
    public int DelayMaxMs => _delayMaxMs;

    /// <inheritdoc/>
    public override int BufferBytes() => _random.Next(64, _bufferMax + 1);

    /// <inheritdoc/>
    public override int NextPiece(int left) => Math.Min(left, _random.Next(1, _pieceMax + 1));

    /// <inheritdoc/>
    public override long DelayNs() => _random.NextInt64((_delayMaxMs * ManualClock.NsPerMs) + 1);

    /// <inheritdoc/>
    public override ConnectOutcome OnConnect(in TransportAddress address) =>
        _random.NextDouble() >= BreakChance ? ConnectOutcome.Accepted
        : _random.Next(4) == 0 ? ConnectOutcome.Unanswered
        : ConnectOutcome.Refused;

    /// <inheritdoc/>
    public override bool ResetOvertakes() => _lossy && _random.Next(2) == 0;

    /// <inheritdoc/>
    public override bool ResetDropsUnread() => _lossy && _random.Next(2) == 0;

    /// <inheritdoc/>
    public override bool BreaksNow() => BreakChance > 0 && _random.NextDouble() < BreakChance;

    /// <inheritdoc/>
    public override int Pick(int count) => _random.Next(count);
}
