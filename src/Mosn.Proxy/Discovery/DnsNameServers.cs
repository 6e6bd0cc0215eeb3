using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;

namespace Mosn.Proxy.Discovery;

/// <summary>Asks real name servers, over UDP and, when an answer is cut off, over TCP.</summary>
internal sealed class DnsNameServers : INameServers
{
    /// <summary>What passes everywhere in one datagram (DNS flag day 2020).</summary>
    private const int DatagramBytes = 1232;

    private readonly LookupClient _client;

    public DnsNameServers(NameServerSettings settings) => _client = new LookupClient(
        new LookupClientOptions([.. settings.Servers])
        {
            Timeout = settings.Timeout,
            Retries = settings.Attempts - 1,
            UseRandomNameServer = false,
            UseCache = false,
            ContinueOnDnsError = true,
            ThrowDnsErrors = false,
            ExtendedDnsBufferSize = DatagramBytes,
        });

    public async Task<DnsAnswer> AskAsync(string name, DnsRecordKind kind, CancellationToken cancellation)
    {
        QueryType type = kind switch
        {
            DnsRecordKind.IPv4 => QueryType.A,
            DnsRecordKind.IPv6 => QueryType.AAAA,
            _ => QueryType.SRV,
        };
        try
        {
            return Read(await _client.QueryAsync(name + ".", type, QueryClass.IN, cancellation), type);
        }
        catch (ArgumentException e)
        {
            return new DnsAnswer(DnsOutcome.NotFound, $"'{name}' is no name: {e.Message}");
        }
        catch (Exception e) when (e is DnsResponseException or SocketException or IOException or InvalidOperationException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new DnsAnswer(DnsOutcome.Failed, e.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new DnsAnswer(DnsOutcome.Failed, "no answer in time");
        }
    }

    private static DnsAnswer Read(IDnsQueryResponse response, QueryType type)
    {
        if (response.Header.ResponseCode is not (DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain))
        {
            return new DnsAnswer(DnsOutcome.Failed, response.Header.ResponseCode.ToString());
        }
        // A chain of CNAMEs leads to the records; the shortest of its lives is the life of the whole.
        IReadOnlyList<DnsResourceRecord> answers = response.Answers;
        IPAddress[] addresses = type == QueryType.SRV
            ? []
            : [.. answers.OfType<AddressRecord>().Where(record => IsOf(record.Address, type)).Select(static record => record.Address)];
        ServiceRecord[] services = type == QueryType.SRV
            ? [.. answers.OfType<SrvRecord>().Select(static record => new ServiceRecord(
                record.Target.Value, record.Port, record.Priority, record.Weight))]
            : [];
        if (addresses.Length == 0 && services.Length == 0)
        {
            return new DnsAnswer(
                DnsOutcome.NotFound,
                response.Header.ResponseCode == DnsHeaderResponseCode.NoError ? $"no {type} record" : "no such name");
        }
        return new DnsAnswer(DnsOutcome.Found)
        {
            Addresses = addresses,
            Services = services,
            TtlSeconds = (uint)Math.Max(0, answers.Min(static record => record.InitialTimeToLive)),
        };
    }

    private static bool IsOf(IPAddress address, QueryType type) =>
        address.AddressFamily == (type == QueryType.A ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6);
}
