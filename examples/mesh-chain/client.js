// The application on the left: both calls go to the proxy beside it, port 2045, each in its own protocol.
//   node client.js          once
//   node client.js watch    again and again, ten times a second, and tells when what it gets changes
const { client: { RpcClient } } = require('sofa-rpc-node');
const { DirectlyDubbo } = require('dubbo2.js');

const logger = { info() {}, warn() {}, error() {}, debug() {} };
const greeter = new RpcClient({ logger }).createConsumer({
  interfaceName: 'com.example.Greeter', serverHost: '127.0.0.1:2045', responseTimeout: 1000,
});
const clock = DirectlyDubbo
  .from({ dubboAddress: '127.0.0.1:2045', dubboVersion: '2.0.2', dubboInvokeTimeout: 1 })
  .proxyService({ dubboInterface: 'com.example.Clock', version: '1.0.0', methods: { now: () => [] } });

const overBolt = () => greeter.invoke('hello', ['mesh']).catch((error) => `no answer (${error.name})`);
const overDubbo = () => clock.now().then(({ res, err }) => (err ? `no answer (${err.message.replace(/^[^\w]/, '')})` : res));

async function main() {
  await greeter.ready();
  if (process.argv[2] !== 'watch') {
    console.log(`bolt:  ${await overBolt()}`);
    console.log(`dubbo: ${await overDubbo()}`);
    return;
  }
  let before = '';
  for (;;) {
    const both = [await overBolt(), await overDubbo()].map((answer) => (answer.startsWith('no') ? answer : 'answered'));
    const now = `bolt: ${both[0]}, dubbo: ${both[1]}`;
    if (now !== before) console.log(now);
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
main().then(() => process.exit(0));
