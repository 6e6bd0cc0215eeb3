using System.Net;
using Mosn.Proxy.Discovery;

namespace Mosn.Testing;

/// <summary>
/// Name servers that say what a test told them. They answer at once, or, while <see cref="Holds"/> is set, when the test
/// lets them.
/// </summary>
internal sealed class FakeNameServer : INameServers
{
    private readonly Dictionary<(string Name, DnsRecordKind Kind), DnsAnswer> _answers = [];
    private readonly List<Question> _held = [];

    /// <summary>Every question, in order: <c>name kind</c>.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Questions that wait for <see cref="AnswerAll"/> and were not given up.</summary>
    public int HeldCount => _held.Count(static question => !question.Answer.Task.IsCompleted);

    /// <summary>True while questions wait.</summary>
    public bool Holds { get; set; }

    /// <summary>True while nobody can be reached; what is known then is kept for later.</summary>
    public bool IsDown { get; set; }

    /// <summary>Sets the addresses of a name, of both kinds. None: there is no such name.</summary>
    public void Set(string name, params string[] addresses) => Set(name, ttlSeconds: 0, addresses);

    /// <inheritdoc cref="Set(string, string[])"/>
    public void Set(string name, uint ttlSeconds, params string[] addresses)
    {
        foreach (DnsRecordKind kind in (DnsRecordKind[])[DnsRecordKind.IPv4, DnsRecordKind.IPv6])
        {
            IPAddress[] ofKind =
            [
                .. addresses.Select(IPAddress.Parse).Where(ip => ip.GetAddressBytes().Length == 4 == (kind == DnsRecordKind.IPv4)),
            ];
            Set(name, kind, ofKind.Length == 0
                ? new DnsAnswer(DnsOutcome.NotFound, "no such name")
                : new DnsAnswer(DnsOutcome.Found) { Addresses = ofKind, TtlSeconds = ttlSeconds });
        }
    }

    /// <summary>Sets the records of a service.</summary>
    public void SetService(string name, uint ttlSeconds, params ServiceRecord[] records) =>
        Set(name, DnsRecordKind.Service, new DnsAnswer(DnsOutcome.Found) { Services = records, TtlSeconds = ttlSeconds });

    /// <summary>Sets the answer to one question.</summary>
    public void Set(string name, DnsRecordKind kind, DnsAnswer answer) => _answers[(name, kind)] = answer;

    /// <summary>Lets go what waits, with what is known now.</summary>
    public void AnswerAll()
    {
        Question[] held = [.. _held];
        _held.Clear();
        foreach (Question question in held)
        {
            question.Answer.TrySetResult(Answer(question.Name, question.Kind));
        }
    }

    public Task<DnsAnswer> AskAsync(string name, DnsRecordKind kind, CancellationToken cancellation)
    {
        Asked.Add($"{name} {kind}");
        if (!Holds)
        {
            return Task.FromResult(Answer(name, kind));
        }
        Question question = new(name, kind, new TaskCompletionSource<DnsAnswer>());
        cancellation.Register(() => question.Answer.TrySetCanceled(cancellation));
        _held.Add(question);
        return question.Answer.Task;
    }

    private DnsAnswer Answer(string name, DnsRecordKind kind) => IsDown
        ? new DnsAnswer(DnsOutcome.Failed, "no answer in time")
        : _answers.GetValueOrDefault((name, kind), new DnsAnswer(DnsOutcome.NotFound, "no such name"));

    private sealed record Question(string Name, DnsRecordKind Kind, TaskCompletionSource<DnsAnswer> Answer);
}
