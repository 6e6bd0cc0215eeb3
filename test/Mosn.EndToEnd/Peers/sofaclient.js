'use strict';
// A SOFARPC client, on Bolt: sofa-rpc-node. Runs one scenario and prints what it saw as JSON.
const { client: { RpcClient } } = require('sofa-rpc-node');

const [, , address, scenario, count, more] = process.argv;
const logger = { info() {}, warn() {}, error() {}, debug() {} };
const client = new RpcClient({ logger });
const consumer = client.createConsumer({
  interfaceName: 'com.example.Calculator', serverHost: address, responseTimeout: 20_000,
});

async function plus(from, length) {
  const sums = await Promise.all(Array.from(
    { length }, (_, i) => consumer.invoke('plus', [from + i, 1]).catch((error) => error.name)));
  return sums.filter((sum, i) => sum === from + i + 1).length;
}

const nextId = (() => { let id = 1_000_000; return () => ++id; })();

/** The library's own connection, and its words, for what it says only by itself or not at all. */
const connection = (request) => consumer.getConnection(request);
const request = (method) => consumer.createRequest(method, [], {});

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
  async call() { // SERVICE METHOD
    const other = client.createConsumer({ interfaceName: count, serverHost: address, responseTimeout: 3000 });
    await other.ready();
    return other.invoke(more, []).then((value) => ({ value }), (error) => ({ error: error.message }));
  },
  /** Calls that want no answer, and one behind them that tells how many came. */
  async 'one-way'() {
    const before = await consumer.invoke('counts', []);
    const wire = await connection(request('log'));
    const answers = [];
    wire._decoder.on('response', (response) => answers.push(response.packetId));
    for (let i = 0; i < 3; i++) wire._encoder.writeRequest(nextId(), Object.assign(request('log'), { oneway: true }));
    const after = await consumer.invoke('counts', []);
    return { logged: after.logged - before.logged, answers: answers.length };
  },
  async heartbeat() {
    const wire = await connection(request('log'));
    const id = nextId();
    const answered = new Promise((resolve) => wire._decoder.once('heartbeat_ack', (ack) => resolve(ack.packetId === id)));
    wire._encoder.writeHeartbeat(id, { timeout: 3000, clientUrl: 'here' });
    return { answered: await answered };
  },
  async counts() { return consumer.invoke('counts', []); },
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
