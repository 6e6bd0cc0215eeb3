using System.Globalization;
using System.Text;
using Grpc.Core;

namespace Mosn.GrpcPeer;

/// <summary>What a call does is said by its message, as in <c>Peers/grpcserver.js</c>.</summary>
internal sealed class PeerService
{
    private int _produced;
    private int _cancelled;

    public async Task<byte[]> UnaryAsync(byte[] request, ServerCallContext call)
    {
        string[] words = Encoding.UTF8.GetString(request).Split(' ', 3);
        switch (words[0])
        {
            case "state":
                return Encoding.UTF8.GetBytes($"{Volatile.Read(ref _produced)} {Volatile.Read(ref _cancelled)}");
            case "fail":
                throw new RpcException(
                    new Status((StatusCode)int.Parse(words[1], CultureInfo.InvariantCulture), words[2]),
                    new Metadata { { "x-why", "asked for" } });
            case "sleep":
                CountCancellation(call);
                await Task.Delay(TimeSpan.FromMinutes(1), call.CancellationToken);
                return request;
            default:
                Metadata head = new() { { "x-seen", call.RequestHeaders.GetValue("x-sent") ?? "" } };
                foreach (Metadata.Entry bits in call.RequestHeaders.GetAll("x-bits-bin"))
                {
                    head.Add(bits);
                }
                await call.WriteResponseHeadersAsync(head);
                call.ResponseTrailers.Add("x-last", "word");
                return request;
        }
    }

    public static async Task<byte[]> CollectAsync(IAsyncStreamReader<byte[]> requests, ServerCallContext call)
    {
        int count = 0;
        long length = 0;
        while (await requests.MoveNext(call.CancellationToken))
        {
            count++;
            length += requests.Current.Length;
        }
        return Encoding.UTF8.GetBytes($"{count} {length}");
    }

    public async Task ProduceAsync(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext call)
    {
        int[] numbers = [.. Encoding.UTF8.GetString(request).Split(' ').Select(int.Parse)];
        CountCancellation(call);
        for (int i = 0; i < numbers[0]; i++)
        {
            await responses.WriteAsync(new byte[numbers[1]], call.CancellationToken);
            Interlocked.Increment(ref _produced);
        }
    }

    public static async Task EchoAsync(
        IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext call)
    {
        while (await requests.MoveNext(call.CancellationToken))
        {
            await responses.WriteAsync(requests.Current, call.CancellationToken);
        }
    }

    private void CountCancellation(ServerCallContext call) =>
        call.CancellationToken.Register(() => Interlocked.Increment(ref _cancelled));
}
