'use strict';
// A host of WebSockets, on the package `ws`: it sends back what it gets. Speaks HTTP/1.1 or, told so, HTTP/2 (RFC 8441).
const http = require('node:http');
const http2 = require('node:http2');
const { WebSocket, WebSocketServer } = require('ws');

function serve(socket, request) {
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => {
    if (!isBinary && data.toString() === 'close') return socket.close(4001, 'as you wish');
    if (!isBinary && data.toString() === 'cut') return socket.terminate();
    socket.send(data, { binary: isBinary });
  });
  socket.send(JSON.stringify(request));
}

function listen(server) {
  server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
}

if (process.argv[2] === 'http2') {
  const server = http2.createServer({ settings: { enableConnectProtocol: true } });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    if (headers[':method'] !== 'CONNECT' || headers[':protocol'] !== 'websocket') {
      stream.respond({ ':status': 426 });
      return stream.end('a WebSocket, please');
    }
    stream.respond({ ':status': 200 });
    const socket = new WebSocket(null, undefined, { autoPong: true }); // Without an address: the server's side.
    socket.setSocket(stream, Buffer.alloc(0), { maxPayload: 0, skipUTF8Validation: false });
    serve(socket, { version: '2', path: headers[':path'], key: headers['sec-websocket-key'] ?? null });
  });
  listen(server);
} else {
  const server = http.createServer((request, response) => {
    response.writeHead(426, { 'Content-Type': 'text/plain' });
    response.end('a WebSocket, please');
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (request.url === '/refuse') {
      return socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno');
    }
    sockets.handleUpgrade(request, socket, head, (ws) =>
      serve(ws, { version: request.httpVersion, path: request.url, key: request.headers['sec-websocket-key'] }));
  });
  listen(server);
}
