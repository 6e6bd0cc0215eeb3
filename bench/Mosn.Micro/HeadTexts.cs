namespace Mosn.Micro;

/// <summary>Heads as one connection carries them: most fields stay the same, some are new in each.</summary>
internal static class HeadTexts
{
    /// <summary>What browsers send; the parameters of the path and the id are new each time.</summary>
    public static string BrowserRequest(int index) =>
        $"GET /articles/search?q=protocol+{index}&page=2 HTTP/1.1\r\nHost: www.example.com\r\n"
        + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36\r\n"
        + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
        + "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
        + "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; consent=yes\r\n"
        + "Referer: https://www.example.com/articles\r\nUpgrade-Insecure-Requests: 1\r\nSec-Fetch-Dest: document\r\n"
        + $"Sec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\nX-Request-ID: 7f3c9a{index:x4}-55aa-4c1d-9e7b\r\n\r\n";

    public static string PageResponse(int index) =>
        "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Thu, 26 Nov 2026 02:20:00 GMT\r\n"
        + $"Content-Type: text/html; charset=utf-8\r\nContent-Length: {18000 + index}\r\nETag: \"5f{index:x4}a7-4650\"\r\n"
        + "Last-Modified: Wed, 25 Nov 2026 18:11:07 GMT\r\nCache-Control: public, max-age=600\r\nVary: Accept-Encoding\r\n"
        + "Accept-Ranges: bytes\r\nStrict-Transport-Security: max-age=31536000\r\nX-Content-Type-Options: nosniff\r\n\r\n";

    /// <summary>What gRPC clients send: the path is one of a few.</summary>
    public static string ServiceRequest(int index) =>
        $"POST /shop.v1.Orders/Method{index % 4} HTTP/1.1\r\nHost: orders.shop.svc.cluster.local:8080\r\n"
        + "Content-Type: application/grpc\r\nUser-Agent: grpc-go/1.76.0\r\nTE: trailers\r\nGrpc-Timeout: 1S\r\n"
        + $"Grpc-Accept-Encoding: gzip\r\nX-Request-ID: 7f3c9a{index:x4}-55aa-4c1d-9e7b\r\n"
        + "Authorization: Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJvcmRlcnMifQ.MEUCIQDx\r\nTransfer-Encoding: chunked\r\n\r\n";

    public static string ServiceResponse(int index) =>
        "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nGrpc-Encoding: identity\r\n"
        + $"X-Envoy-Upstream-Service-Time: {index % 4}\r\nTransfer-Encoding: chunked\r\n\r\n";

    /// <summary>What load generators send.</summary>
    public static string SmallRequest(int _) => "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: h2load\r\n\r\n";

    public static string SmallResponse(int _) =>
        "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Thu, 26 Nov 2026 02:20:00 GMT\r\nContent-Type: text/plain\r\n"
        + "Content-Length: 100\r\n\r\n";
}
