'use strict';
// A SOFARPC server, on Bolt: sofa-rpc-node.
const net = require('node:net');

// The library listens on all interfaces: here it is to be seen on this machine alone. It says nothing of port 0 either.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  this.once('listening', () => console.log(JSON.stringify({ port: this.address().port })));
  return listen.call(this, port, '127.0.0.1', rest.findLast((argument) => typeof argument === 'function'));
};

const { server: { RpcServer } } = require('sofa-rpc-node');
const logger = { info() {}, warn() {}, error() {}, debug() {} };
const server = new RpcServer({ logger, port: Number(process.argv[2] || 0), autoPort: false });
server.addService({ interfaceName: 'com.example.Calculator' }, {
  async plus(a, b) { return a + b; },
  async echo(text) { return text; },
  async slow(ms) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return 'slow';
  },
  async fail() { throw new Error('on purpose'); },
});
server.start();
