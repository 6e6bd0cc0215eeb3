'use strict';
// Listens on an address and a port, and answers every request with the address that it was sent to.
const http = require('node:http');

const [host, port] = process.argv.slice(2);
const server = http.createServer((request, response) => {
  response.end(`${request.socket.localAddress} ${request.socket.localPort}`);
});
server.listen(Number(port), host, () => console.log(JSON.stringify({ port: server.address().port })));
