'use strict';
// The calculator of sofaserver.js as a server of HTTP/1.1, or of HTTP/2 with the argument "2": content is SOFA's, paths are /service/method.
const { decodeRequest, encodeResponse } = require('../../../examples/bolt-to-http/content.js');

const methods = {
  async plus(a, b) { return a + b; },
  async echo(text) { return text; },
  async slow(ms) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return 'slow';
  },
  async fail() { throw new Error('on purpose'); },
};

async function serve(request, response) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const { methodName, args, serverSignature } = decodeRequest(Buffer.concat(pieces));
  if (request.url !== `/${serverSignature}`) {
    response.writeHead(404);
    response.end();
    return;
  }
  const answer = await methods[methodName](...args)
    .then((appResponse) => ({ isError: false, errorMsg: null, appResponse, responseProps: null }))
    .catch((error) => ({ isError: true, errorMsg: error.message, appResponse: null, responseProps: null }));
  response.end(encodeResponse(answer));
}

const http = require(process.argv[2] === '2' ? 'node:http2' : 'node:http');
const server = http.createServer((request, response) => serve(request, response).catch((error) => {
  response.writeHead(500);
  response.end(error.message);
}));
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
