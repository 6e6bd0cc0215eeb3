'use strict';
// Says who asks for what, as the proxy tells it.
require('node:http')
  .createServer((request, response) => {
    response.setHeader('Content-Type', 'text/plain');
    response.end(`${request.headers['x-user']} asks for ${request.url}, key: ${request.headers['x-api-key']}\n`);
  })
  .listen(8081, '127.0.0.1');
