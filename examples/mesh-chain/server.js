// The application on the right: com.example.Greeter on Bolt, port 12200, and com.example.Clock on Dubbo, port 20880.
const { server: { RpcServer } } = require('sofa-rpc-node');
const dubbo = require('dubbo-remoting');

const logger = { info() {}, warn() {}, error() {}, debug() {} };

const bolt = new RpcServer({ logger, port: 12200 });
bolt.addService({ interfaceName: 'com.example.Greeter' }, {
  async hello(name) { return `Hello, ${name}`; },
});
bolt.start();

const clock = new RpcServer({ logger, protocol: dubbo, port: 20880, version: '1.0.0' });
clock.addService({ interfaceName: 'com.example.Clock' }, {
  async now() { return new Date().toISOString(); },
});
clock.start();
