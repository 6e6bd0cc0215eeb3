// A Dubbo provider: node server.js PORT NAME
const { server: { RpcServer } } = require('sofa-rpc-node');
const protocol = require('dubbo-remoting');

const [, , port, name] = process.argv;
const logger = { info() {}, warn() {}, error() {}, debug() {} };
const server = new RpcServer({ logger, protocol, port: Number(port), version: '1.0.0' });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

server.addService({ interfaceName: 'com.example.Echo' }, {
  async say(text) { return `${text}, says ${name}`; },
  async fail(text) { throw new Error(text); },
  async slow() {
    await sleep(5000);
    return 'at last';
  },
});
server.addService({ interfaceName: 'com.example.Clock' }, {
  async now() { return `${new Date().toISOString()} at ${name}`; },
});
server.start();
