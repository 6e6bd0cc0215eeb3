'use strict';
// A SOFARPC client that knows nothing of HTTP: adds two numbers.
const { client: { RpcClient } } = require('sofa-rpc-node');

const client = new RpcClient({ logger: { info() {}, warn() {}, error: console.error, debug() {} } });
const consumer = client.createConsumer({ interfaceName: 'com.example.Calculator', serverHost: '127.0.0.1:12199' });
consumer.ready()
  .then(() => consumer.invoke('plus', process.argv.slice(2).map(Number)))
  .then(console.log, (error) => console.log(`${error.name}: ${error.message}`))
  .then(() => process.exit(0));
