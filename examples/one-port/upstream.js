// Port 8081: an application that speaks HTTP/1.1 and answers on /chat in WebSockets, in capitals.
// Port 8082: one whose protocol is nobody else's.
const http = require('node:http');
const net = require('node:net');
const crypto = require('node:crypto');

const application = http.createServer((request, response) => {
  response.end(`${request.method} ${request.url} reached the application over HTTP/${request.httpVersion}\n`);
});

application.on('upgrade', (request, socket) => {
  const key = request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
  const accept = crypto.createHash('sha1').update(key).digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
    + `Sec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.on('error', () => {});
  socket.on('data', (frame) => {
    // Enough for one short message at a time: two bytes, four of the mask, the text.
    const length = frame[1] & 127;
    const text = Buffer.alloc(length);
    for (let i = 0; i < length; i++) text[i] = frame[6 + i] ^ frame[2 + (i & 3)];
    if ((frame[0] & 15) === 8) return socket.end(Buffer.concat([Buffer.from([0x88, length]), text]));
    const answer = Buffer.from(text.toString().toUpperCase());
    socket.write(Buffer.concat([Buffer.from([0x81, answer.length]), answer]));
  });
});
application.listen(8081, '127.0.0.1');

net.createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', (bytes) => socket.write(`${bytes.length} bytes of no protocol that I know\n`));
}).listen(8082, '127.0.0.1');
