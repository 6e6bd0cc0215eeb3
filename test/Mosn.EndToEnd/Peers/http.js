'use strict';
// An HTTP/1.1 server with one path for each thing that a proxy may get wrong.
const http = require('node:http');
const crypto = require('node:crypto');

let connections = 0;
let active = 0;
let written = 0; // Bytes of downloads that were produced.
const name = process.argv[2] || 'node';

function block() {
  const bytes = Buffer.alloc(65536);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 31 + (i >> 8)) & 255;
  return bytes;
}
const pattern = block();

async function digest(stream) {
  const hash = crypto.createHash('sha256');
  let length = 0;
  for await (const chunk of stream) {
    hash.update(chunk);
    length += chunk.length;
  }
  return { length, sha256: hash.digest('hex') };
}

async function inspect(request, response) {
  const body = await digest(request);
  const text = JSON.stringify({
    name, method: request.method, url: request.url, version: request.httpVersion,
    headers: request.rawHeaders, trailers: request.rawTrailers, body,
  });
  response.setHeader('Content-Type', 'application/json');
  response.end(text);
}

// Written as the other side takes it, so that a stalled client stalls this loop.
function download(request, response, size) {
  response.setHeader('Content-Length', size);
  let left = size;
  (function more() {
    while (left > 0) {
      const part = left >= pattern.length ? pattern : pattern.subarray(0, left);
      left -= part.length;
      written += part.length;
      if (!response.write(part)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  })();
}

const handlers = {
  '/connections': (request, response) => response.end(String(connections)),
  '/active': (request, response) => response.end(String(active - 1)),
  '/written': (request, response) => response.end(String(written)),
  '/name': (request, response) => response.end(name),
  '/204': (request, response) => { response.statusCode = 204; response.end(); },
  '/304': (request, response) => {
    response.statusCode = 304;
    response.setHeader('ETag', '"x"');
    response.end();
  },
  '/trailers': (request, response) => {
    response.setHeader('Trailer', 'X-Sum');
    response.write('one ');
    response.write('two');
    response.addTrailers({ 'X-Sum': '7' });
    response.end();
  },
  '/hints': (request, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    response.end('late');
  },
  '/hops': (request, response) => {
    response.setHeader('Connection', 'keep-alive, X-Hop');
    response.setHeader('X-Hop', 'only for the proxy');
    response.setHeader('X-Kept', 'yes');
    response.end('hops');
  },
  '/slow': (request, response, url) =>
    setTimeout(() => response.end('slow'), Number(url.searchParams.get('ms'))),
  '/download': (request, response, url) => download(request, response, Number(url.searchParams.get('bytes'))),
  '/echo': (request, response) => request.pipe(response),
  '/hang': () => {},
};

const server = http.createServer((request, response) => {
  active++;
  response.once('close', () => active--);
  response.setHeader('X-Served-By', name);
  const url = new URL(request.url, 'http://x');
  (handlers[url.pathname] || inspect)(request, response, url);
});
server.on('checkContinue', (request, response) => {
  if (request.headers['x-refuse']) {
    response.writeHead(417, { 'Content-Length': 0, Connection: 'close' });
    response.end();
    return;
  }
  response.writeContinue();
  server.emit('request', request, response);
});
server.on('connection', () => connections++);
server.keepAliveTimeout = 60000;
server.requestTimeout = 0;
server.listen(Number(process.argv[3] || 0), '127.0.0.1', () => {
  console.log(JSON.stringify({ port: server.address().port }));
});
