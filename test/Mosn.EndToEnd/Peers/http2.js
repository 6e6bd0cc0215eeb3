// A host of HTTP/2 on cleartext, on Node's own implementation. Sends back what it gets; the path says how.
const http2 = require('node:http2');

const server = http2.createServer({ maxSessionMemory: 1000 });
server.on('stream', (stream, headers) => {
  stream.on('error', () => {});
  const url = new URL(headers[':path'], 'http://x');
  const reply = {
    ':status': 200,
    'x-method': headers[':method'],
    'x-authority': headers[':authority'] ?? '',
    'x-cookie': headers.cookie ?? '',
  };
  switch (url.pathname) {
    case '/size': { // so many bytes
      let left = Number(url.searchParams.get('n'));
      stream.respond(reply);
      const piece = Buffer.alloc(16384, 'a');
      const write = () => {
        while (left > 0) {
          const part = piece.subarray(0, Math.min(left, piece.length));
          left -= part.length;
          if (!stream.write(part)) return stream.once('drain', write);
        }
        stream.end();
      };
      return write();
    }
    case '/trailers':
      stream.respond(reply, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-check': 'whole' }));
      return stream.end('with trailers');
    case '/early': // interim responses first
      stream.additionalHeaders({ ':status': 103, link: '</style.css>; rel=preload' });
      stream.respond(reply);
      return stream.end('late');
    case '/reset':
      return stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
    case '/refuse': // once
      if (!server.refused) {
        server.refused = true;
        return stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
      }
      stream.respond(reply);
      return stream.end('second');
    case '/goaway':
      stream.respond(reply);
      stream.end('bye');
      return stream.session.goaway(http2.constants.NGHTTP2_NO_ERROR);
    default:
      stream.respond(reply);
      return headers[':method'] === 'HEAD' ? stream.end() : stream.pipe(stream);
  }
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
