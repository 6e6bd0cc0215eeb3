// A SOFARPC client: [ADDRESS=HOST:PORT] [TIMEOUT=MS] node client.js SERVICE METHOD [ARGUMENT]...
const { client: { RpcClient } } = require('sofa-rpc-node');

const [, , interfaceName, method, ...args] = process.argv;
const logger = { info() {}, warn() {}, error() {}, debug() {} };
const consumer = new RpcClient({ logger }).createConsumer({
  interfaceName,
  serverHost: process.env.ADDRESS ?? '127.0.0.1:12200',
  responseTimeout: Number(process.env.TIMEOUT ?? 3000),
});

consumer.ready()
  .then(() => consumer.invoke(method, args))
  .then(console.log, (error) => console.log(`${error.name}: ${error.message}`))
  .then(() => process.exit(0));
