'use strict';
// A Dubbo 3 server: @apachedubbo/dubbo-node, which speaks Triple and gRPC.   NAME, which it tells
const http2 = require('node:http2');
const { Code, DubboError } = require('@apachedubbo/dubbo');
const { dubboNodeAdapter } = require('@apachedubbo/dubbo-node');
const { serviceOf } = require('./triple.js');

const name = process.argv[2];
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const methods = {
  async say(request) { return { text: request.text }; },
  async fail(request) { throw new DubboError(request.text, Code.ResourceExhausted); },
  async slow(request) { await sleep(Number(request.text)); return { text: 'slow' }; },
  async where(request, context) { return { text: `${name} ${context.requestHeader.get('tri-service-version') ?? ''}`.trim() }; },
  async *count(request) { for (let i = 0; i < Number(request.text); i++) yield { text: `${i}` }; },
  async join(requests) {
    let text = '';
    for await (const request of requests) text += request.text;
    return { text };
  },
};

const server = http2.createServer(dubboNodeAdapter({
  routes(router) {
    for (const service of ['com.example.Greeter', 'com.example.Other']) {
      for (const serviceVersion of ['', '2.0']) router.service(serviceOf(service), methods, { serviceVersion, serviceGroup: '' });
    }
  },
}));
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
