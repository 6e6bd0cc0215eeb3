namespace Mosn.EndToEnd;

/// <summary>A client that does everything right, while others do not.</summary>
internal sealed class RpcWitness : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _first = new();
    private readonly Task<int> _calls;

    private RpcWitness(RpcFormat format, RawConnection client) => _calls = RunAsync(format, client);

    /// <summary>Begins to call, and has had an answer.</summary>
    /// <param name="client">Belongs to the witness from now on.</param>
    public static async Task<RpcWitness> StartAsync(RpcFormat format, RawConnection client)
    {
        RpcWitness witness = new(format, client);
        await witness._first.Task;
        return witness;
    }

    /// <summary>Ends the calls; each of them has got its answer, one that was sent from now on, too.</summary>
    public async Task AssertUndisturbedAsync()
    {
        await _end.CancelAsync();
        Assert.InRange(await _calls, 2, int.MaxValue);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAny(_calls);
        _end.Dispose();
    }

    private async Task<int> RunAsync(RpcFormat format, RawConnection client)
    {
        using (client)
        {
            int count = 0;
            bool isLast = false;
            try
            {
                while (!isLast)
                {
                    isLast = _end.IsCancellationRequested;
                    await format.CallAsync(client, (byte)(1 + (count % 100)));
                    count++;
                    _first.TrySetResult();
                    if (!isLast)
                    {
                        await Task.WhenAny(Task.Delay(5, _end.Token));
                    }
                }
            }
            catch (Exception e)
            {
                _first.TrySetException(e);
                throw;
            }
            return count;
        }
    }
}
