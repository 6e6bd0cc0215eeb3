using System.Threading.Tasks.Sources;

namespace Mosn.Transport.Loops;

/// <summary>
/// A wait on an event loop that is used over and over without allocating: "something happened to this stream". One waiter
/// at a time; it goes on inside <see cref="Set"/>, on the same loop and stack.
/// </summary>
/// <remarks>
/// Not thread-safe on purpose: everything that touches a connection runs on that connection's loop. The scheduling and
/// context flags of the awaiter are ignored for the same reason: there is one place to go on, and it is here.
/// </remarks>
public sealed class LoopSignal : IValueTaskSource
{
    private Action<object?>? _continuation;
    private object? _continuationState;
    private short _version;
    private State _state;

    private enum State : byte
    {
        Idle,
        Waiting,
        Set,
    }

    /// <summary>True while somebody waits.</summary>
    public bool IsWaiting => _state == State.Waiting;

    /// <summary>Completes at the next <see cref="Set"/>, or at once if it was called since the last wait.</summary>
    public ValueTask WaitAsync()
    {
        Check.That(_state != State.Waiting); // Else two owners believe that they drive this stream.
        if (_state == State.Set)
        {
            _state = State.Idle;
            return ValueTask.CompletedTask;
        }
        _state = State.Waiting;
        return new ValueTask(this, ++_version);
    }

    /// <summary>Lets the waiter go on, now, on this stack; without a waiter the next wait completes at once.</summary>
    public void Set()
    {
        if (_state != State.Waiting)
        {
            _state = State.Set;
            return;
        }
        _state = State.Idle; // Before the continuation: the waiter may wait again from inside it.
        Action<object?>? continuation = _continuation;
        object? state = _continuationState;
        _continuation = null;
        _continuationState = null;
        Check.That(continuation is not null); // A wait is awaited where it is made.
        continuation(state);
    }

    /// <summary>Forgets a set that nobody waited for. The signal's owner is about to be reused.</summary>
    public void Reset()
    {
        Check.That(_state != State.Waiting);
        _state = State.Idle;
    }

    void IValueTaskSource.GetResult(short token) => Check.That(token == _version);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token)
    {
        Check.That(token == _version);
        return _state == State.Waiting ? ValueTaskSourceStatus.Pending : ValueTaskSourceStatus.Succeeded;
    }

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        Check.That(token == _version && _state == State.Waiting && _continuation is null);
        _continuation = continuation;
        _continuationState = state;
    }
}
