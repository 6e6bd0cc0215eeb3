using System.Net;
using System.Net.Sockets;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Discovery;

/// <summary>
/// From one configured name to addresses: search list, kinds of address, and services (SRV, RFC 2782) with the addresses
/// of their targets. Immutable; its questions run where it is called.
/// </summary>
internal sealed class NameLookup(INameServers servers, NameServerSettings settings, DnsLookupFamily family)
{
    /// <summary>Addresses of one name, and targets of one service, that are used: an answer is no way to fill our memory.</summary>
    private const int AddressesMax = 1024;
    private const int TargetsMax = 256;

    /// <summary>The largest weight of a host.</summary>
    private const int WeightMax = 128;

    /// <summary>Resolves a name.</summary>
    /// <param name="named">The name, and the port of all addresses; a service brings its own ports.</param>
    /// <param name="previous">
    /// What the name stood for until now. Where one kind of question fails and the other is answered, what it had before
    /// stays.
    /// </param>
    public async Task<ResolvedName> ResolveAsync(
        NetworkAddress named, IReadOnlyList<ResolvedAddress> previous, CancellationToken cancellation)
    {
        string name = named.Host;
        if (named.IsService)
        {
            return await ResolveServiceAsync(name, hasPrevious: previous.Count > 0, cancellation);
        }
        DnsAnswer answer = await AddressesAsync(name, [.. previous.Select(static address => address.Ip)], cancellation);
        return answer.Outcome == DnsOutcome.Found
            ? new ResolvedName(
                [.. answer.Addresses.Distinct().Take(AddressesMax).Select(ip => new ResolvedAddress(ip, named.Port))],
                answer.TtlSeconds,
                Problem: null)
            : ResolvedName.Failed(answer.Problem);
    }

    private async Task<ResolvedName> ResolveServiceAsync(string name, bool hasPrevious, CancellationToken cancellation)
    {
        DnsAnswer answer = await AskAsync(name, DnsRecordKind.Service, cancellation);
        if (answer.Outcome != DnsOutcome.Found)
        {
            return ResolvedName.Failed(answer.Problem);
        }
        ushort priority = answer.Services.Min(static record => record.Priority);
        ServiceRecord[] records =
            [.. answer.Services.Where(record => record.Priority == priority && record.Target != ".").Take(TargetsMax)];
        int heaviest = records.Max(static record => (int?)record.Weight) ?? 0;
        uint ttlSeconds = answer.TtlSeconds;
        Dictionary<(IPAddress, int), ResolvedAddress> found = [];
        foreach (ServiceRecord record in records)
        {
            // The target is a whole name, whatever dots it has (RFC 2782).
            DnsAnswer target = await AddressesAsync(record.Target.TrimEnd('.') + ".", [], cancellation);
            if (target.Outcome == DnsOutcome.Failed && hasPrevious)
            {
                return ResolvedName.Failed($"{record.Target}: {target.Problem}");
            }
            if (target.Outcome != DnsOutcome.Found)
            {
                continue;
            }
            ttlSeconds = Math.Min(ttlSeconds, target.TtlSeconds);
            foreach (IPAddress ip in target.Addresses.Take(Math.Max(0, AddressesMax - found.Count)))
            {
                found.TryAdd((ip, record.Port), new ResolvedAddress(ip, record.Port, WeightOf(record, heaviest)));
            }
        }
        return found.Count > 0
            ? new ResolvedName([.. found.Values], ttlSeconds, Problem: null)
            : ResolvedName.Failed("no target of the service has an address");
    }

    private static int WeightOf(ServiceRecord record, int heaviest) =>
        Math.Max(1, heaviest > WeightMax ? record.Weight * WeightMax / heaviest : record.Weight);

    private Task<DnsAnswer> AddressesAsync(string name, IPAddress[] previous, CancellationToken cancellation) => family switch
    {
        DnsLookupFamily.V6Only => AskAsync(name, DnsRecordKind.IPv6, cancellation),
        DnsLookupFamily.Auto => PreferAsync(name, DnsRecordKind.IPv6, DnsRecordKind.IPv4, previous, cancellation),
        DnsLookupFamily.V4Preferred => PreferAsync(name, DnsRecordKind.IPv4, DnsRecordKind.IPv6, previous, cancellation),
        DnsLookupFamily.All => BothAsync(name, previous, cancellation),
        _ => AskAsync(name, DnsRecordKind.IPv4, cancellation),
    };

    /// <summary>The second kind only if the first one is known not to exist: one lost answer must not move all traffic.</summary>
    private async Task<DnsAnswer> PreferAsync(
        string name, DnsRecordKind first, DnsRecordKind second, IPAddress[] previous, CancellationToken cancellation)
    {
        DnsAnswer answer = await AskAsync(name, first, cancellation);
        bool isSettled = answer.Outcome == DnsOutcome.Found || (answer.Outcome == DnsOutcome.Failed && previous.Length > 0);
        return isSettled ? answer : Better(await AskAsync(name, second, cancellation), answer);
    }

    private async Task<DnsAnswer> BothAsync(string name, IPAddress[] previous, CancellationToken cancellation)
    {
        DnsAnswer[] answers = await Task.WhenAll(
            AskAsync(name, DnsRecordKind.IPv4, cancellation), AskAsync(name, DnsRecordKind.IPv6, cancellation));
        DnsAnswer v4 = OrPrevious(answers[0], AddressFamily.InterNetwork);
        DnsAnswer v6 = OrPrevious(answers[1], AddressFamily.InterNetworkV6);
        if (answers.All(static answer => answer.Outcome != DnsOutcome.Found))
        {
            return Better(answers[0], answers[1]);
        }
        return new DnsAnswer(DnsOutcome.Found)
        {
            Addresses = [.. v4.Addresses, .. v6.Addresses],
            TtlSeconds = answers.Where(static answer => answer.Outcome == DnsOutcome.Found).Min(static answer => answer.TtlSeconds),
        };

        DnsAnswer OrPrevious(DnsAnswer answer, AddressFamily kind) => answer.Outcome == DnsOutcome.Failed
            ? answer with { Addresses = [.. previous.Where(ip => ip.AddressFamily == kind)] }
            : answer;
    }

    /// <summary>Records above all; then a failure, because what could not be asked may exist.</summary>
    private static DnsAnswer Better(DnsAnswer one, DnsAnswer other) =>
        one.Outcome == DnsOutcome.Found || (one.Outcome == DnsOutcome.Failed && other.Outcome != DnsOutcome.Found)
            ? one
            : other;

    /// <summary>Through the search list: the first name that has such records.</summary>
    private async Task<DnsAnswer> AskAsync(string name, DnsRecordKind kind, CancellationToken cancellation)
    {
        DnsAnswer? best = null;
        foreach (string candidate in settings.Candidates(name))
        {
            DnsAnswer answer = await servers.AskAsync(candidate, kind, cancellation);
            if (answer.Outcome == DnsOutcome.Found)
            {
                return answer;
            }
            best = best is null ? answer : Better(best, answer);
        }
        return best!;
    }
}
