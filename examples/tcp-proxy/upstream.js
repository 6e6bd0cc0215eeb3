'use strict';
// Sends every line back in capitals, and says goodbye when the client has no more.
const net = require('node:net');

const port = Number(process.argv[2] || 9091);
net.createServer({ allowHalfOpen: true }, (socket) => {
  socket.setEncoding('utf8');
  socket.on('data', (text) => socket.write(text.toUpperCase()));
  socket.on('end', () => socket.end('goodbye\n'));
  socket.on('error', () => {});
}).listen(port, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${port}`));
