using System.Runtime.CompilerServices;

namespace Mosn.Transport.Loops;

/// <summary>
/// A wait on an event loop that is used over and over without allocating: "something happened to this stream". One waiter
/// at a time; it goes on inside <see cref="Set"/>, on the same loop and stack.
/// </summary>
/// <remarks>
/// Not thread-safe on purpose: everything that touches a connection runs on that connection's loop. The wait is a type of
/// its own and no ValueTask: there is one place to go on, so nothing is asked about tasks, contexts and versions.
/// </remarks>
public sealed class LoopSignal
{
    private Action? _continuation;
    private State _state;

    private enum State : byte
    {
        Idle,
        Waiting,
        Set,
    }

    /// <summary>True while somebody waits.</summary>
    public bool IsWaiting => _state == State.Waiting;

    /// <summary>
    /// Completes at the next <see cref="Set"/>, or at once if it was called since the last wait. Awaited where it is made.
    /// </summary>
    public Wait WaitAsync()
    {
        Check.That(_state != State.Waiting); // Else two owners believe that they drive this stream.
        bool isSet = _state == State.Set;
        _state = isSet ? State.Idle : State.Waiting;
        return new Wait(isSet ? null : this);
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
        Check.That(_continuation is not null); // A wait is awaited where it is made.
        _continuation();
    }

    /// <summary>Forgets a set that nobody waited for. The signal's owner is about to be reused.</summary>
    public void Reset()
    {
        Check.That(_state != State.Waiting);
        _state = State.Idle;
    }

    /// <summary>One wait, to be awaited.</summary>
    public readonly struct Wait : ICriticalNotifyCompletion
    {
        private readonly LoopSignal? _signal;

        /// <param name="signal">Null: it was set already.</param>
        internal Wait(LoopSignal? signal) => _signal = signal;

        /// <summary>True if nothing has to be waited for.</summary>
        public bool IsCompleted => _signal is null;

        /// <summary>What <c>await</c> asks for.</summary>
        public Wait GetAwaiter() => this;

        /// <summary>A wait has no result and does not fail.</summary>
        public void GetResult()
        {
        }

        /// <inheritdoc/>
        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        /// <inheritdoc/>
        public void UnsafeOnCompleted(Action continuation)
        {
            LoopSignal signal = _signal!;
            // The coroutine of a pooled object waits for life: its continuation is the same every time.
            if (!ReferenceEquals(signal._continuation, continuation))
            {
                signal._continuation = continuation;
            }
        }
    }
}
