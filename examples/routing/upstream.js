'use strict';
// Two versions of an application behind the proxy: each tells its name and what reached it.
const http = require('node:http');

for (const [name, port] of [['stable', 8081], ['beta', 8082]]) {
  http.createServer((request, response) => {
    response.setHeader('Content-Type', 'text/plain');
    response.end(`${name}: ${request.method} ${request.url}\n`);
  }).listen(port, '127.0.0.1', () => console.log(`${name} listens on 127.0.0.1:${port}`));
}
