'use strict';
// A SOFARPC client, on Bolt: sofa-rpc-node. Runs one scenario and prints what it saw as JSON.
const { client: { RpcClient } } = require('sofa-rpc-node');

const [, , address, scenario, count] = process.argv;
const logger = { info() {}, warn() {}, error() {}, debug() {} };
const client = new RpcClient({ logger });
const consumer = client.createConsumer({
  interfaceName: 'com.example.Calculator', serverHost: address, responseTimeout: 3000,
});

async function plus(from, length) {
  const sums = await Promise.all(Array.from(
    { length }, (_, i) => consumer.invoke('plus', [from + i, 1]).catch((error) => error.name)));
  return sums.filter((sum, i) => sum === from + i + 1).length;
}

const scenarios = {
  async calls() {
    const large = 'x'.repeat(500_000);
    const seen = {
      plus: await consumer.invoke('plus', [1, 2]),
      echo: (await consumer.invoke('echo', [large])) === large,
      fail: await consumer.invoke('fail', []).catch((error) => error.message),
      // Who notices first, the client or the proxy, which knows its time: both say so.
      timeout: await consumer.invoke('slow', [60_000], { responseTimeout: 300 }).catch((error) => `${error.name}: ${error.message}`),
      right: 0,
    };
    for (let i = 0; i < Number(count); i += 100) seen.right += await plus(i, 100);
    return seen;
  },
  // For as long as somebody lets it, a few calls at a time.
  async load() {
    const end = Date.now() + Number(count);
    const seen = { total: 0, right: 0 };
    while (Date.now() < end) {
      seen.right += await plus(seen.total, 10);
      seen.total += 10;
    }
    return seen;
  },
};

consumer.ready()
  .then(() => scenarios[scenario]())
  .catch((error) => ({ error: error.stack }))
  .then((seen) => {
    console.log(JSON.stringify(seen));
    process.exit(0);
  });
