// A SOFARPC server, on Bolt: node server.js PORT NAME
const { server: { RpcServer } } = require('sofa-rpc-node');

const [, , port, name] = process.argv;
const logger = { info() {}, warn() {}, error() {}, debug() {} };
const server = new RpcServer({ logger, port: Number(port) });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

server.addService({ interfaceName: 'com.example.Calculator' }, {
  async plus(a, b) { return Number(a) + Number(b); },
  async who() { return name; },
  async fail(text) { throw new Error(text); },
  async slow(ms) {
    await sleep(Number(ms));
    return 'at last';
  },
});
server.start();
