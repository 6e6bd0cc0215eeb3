'use strict';
// A calculator twice: as a SOFARPC server on port 12200, and as a server of HTTP on port 8081.
const http = require('node:http');
const net = require('node:net');
const { decodeRequest, encodeResponse } = require('./content.js');

// The library listens on all interfaces: here it is to be seen on this machine alone.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, port, '127.0.0.1', rest.findLast((argument) => typeof argument === 'function'));
};

const { server: { RpcServer } } = require('sofa-rpc-node');
const logger = { info() {}, warn() {}, error: console.error, debug() {} };
const sofa = new RpcServer({ logger, port: 12200, autoPort: false });
sofa.addService({ interfaceName: 'com.example.Calculator' }, { async plus(a, b) { return a + b; } });
sofa.start();

http.createServer(async (request, response) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const { methodName, args } = decodeRequest(Buffer.concat(pieces));
  console.log(`${request.method} ${request.url} for ${request.headers.service}: ${methodName}(${args})`);
  response.end(encodeResponse({ isError: false, errorMsg: null, appResponse: args[0] + args[1], responseProps: null }));
}).listen(8081, '127.0.0.1');
