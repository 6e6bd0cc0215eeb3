'use strict';
// The application behind the proxy: tells what reached it.
const http = require('node:http');

const port = Number(process.argv[2] || 8081);
http.createServer((request, response) => {
  response.setHeader('Content-Type', 'text/plain');
  response.end(`${request.method} ${request.url} reached the application as ${request.headers.host}\n`);
}).listen(port, '127.0.0.1', () => console.log(`listening on 127.0.0.1:${port}`));
