'use strict';
// A client of WebSockets, on the package `ws`: node websocketclient.js 1.1|2 PORT PATH. Prints what it saw.
const crypto = require('node:crypto');
const http2 = require('node:http2');
const { WebSocket } = require('ws');

const [version, port, path] = process.argv.slice(2);
const sizes = [0, 1, 125, 126, 65535, 65536, 1000000];
const seen = { version, hello: null, echoed: [], end: null, status: null };

function finish(end) {
  seen.end ??= end;
  console.log(JSON.stringify(seen));
  process.exit(0);
}

function drive(socket) {
  const sent = sizes.map((size) => crypto.randomBytes(size));
  socket.on('message', (data, isBinary) => {
    if (seen.hello === null) {
      seen.hello = JSON.parse(data.toString());
      for (const bytes of sent) socket.send(bytes);
      socket.ping('p');
      return;
    }
    seen.echoed.push(isBinary && data.equals(sent[seen.echoed.length]));
    if (seen.echoed.length === sizes.length) socket.send('close');
  });
  socket.on('pong', (data) => { seen.pong = data.toString(); });
  socket.on('close', (code, reason) => finish({ code, reason: reason.toString() }));
  socket.on('error', (error) => finish({ error: error.message }));
}

if (version === '1.1') {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
  socket.on('unexpected-response', (request, response) => {
    seen.status = response.statusCode;
    finish({ refused: true });
  });
  drive(socket);
} else {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  session.on('remoteSettings', (settings) => {
    seen.enableConnectProtocol = settings.enableConnectProtocol;
    const stream = session.request({
      ':method': 'CONNECT', ':protocol': 'websocket', ':path': path, 'sec-websocket-version': '13',
    });
    stream.on('error', (error) => finish({ error: error.message }));
    stream.on('response', (headers) => {
      seen.status = headers[':status'];
      if (seen.status !== 200) return finish({ refused: true });
      const socket = new WebSocket(null, undefined, {});
      socket._isServer = false; // The client's side: it masks what it sends.
      drive(socket);
      socket.setSocket(stream, Buffer.alloc(0), { maxPayload: 0, skipUTF8Validation: false });
    });
  });
  session.on('error', (error) => finish({ error: error.message }));
}
