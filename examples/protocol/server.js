'use strict';
// Serves greeter: node server.js [PORT]
const net = require('node:net');
const { kinds, write, read } = require('./courier');

let connections = 0;
const server = net.createServer((socket) => {
  const number = ++connections;
  console.log(`connection ${number}`);
  const answer = (call, status, content) => socket.write(write({ kind: kinds.answer, status, id: call.id, content }));

  read(socket, (frame) => {
    if (frame.kind === kinds.ping) {
      console.log(`connection ${number}: ping`);
      socket.write(write({ kind: kinds.pong, id: frame.id }));
      return;
    }
    if (frame.kind === kinds.cast || frame.method === 'sleep') {
      return;
    }
    switch (frame.method) {
      case 'hello':
        answer(frame, 0, `hello, ${frame.content}`);
        break;
      case 'leave': // Says that this connection takes no more calls.
        socket.write(write({ kind: kinds.bye, id: 0 }));
        answer(frame, 0, 'bye');
        break;
      default:
        answer(frame, 5, `greeter has no method ${frame.method}`);
    }
  });
  socket.on('error', () => {});
});
server.listen(Number(process.argv[2] ?? 8081), '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
