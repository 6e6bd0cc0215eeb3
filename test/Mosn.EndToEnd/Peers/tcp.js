'use strict';
// Sends back what it gets, and says at the end of the input how much that was.
const net = require('node:net');
const crypto = require('node:crypto');

const [name = 'node', path = ''] = process.argv.slice(2);
const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  const hash = crypto.createHash('sha256');
  let length = 0;
  socket.on('data', (chunk) => {
    hash.update(chunk);
    length += chunk.length;
    if (!socket.write(chunk)) {
      socket.pause();
      socket.once('drain', () => socket.resume());
    }
  });
  socket.on('end', () => socket.end(`|${name} ${length} ${hash.digest('hex')}`));
  socket.on('error', (error) => console.log(JSON.stringify({ error: error.code })));
  socket.on('close', () => console.log(JSON.stringify({ closed: length })));
});
const ready = () => console.log(JSON.stringify({ port: server.address().port || 0 }));
if (path) {
  server.listen(path, ready);
} else {
  server.listen(0, '127.0.0.1', ready);
}
