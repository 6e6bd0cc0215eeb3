'use strict';
// A client of SOFA Bolt, both versions: the encoder and the decoder of sofa-bolt-node. Runs one scenario and prints what it saw as
// JSON.
const { BoltClient, forms } = require('../../../examples/bolt-v2/bolt.js');

const [, , address, scenario, count] = process.argv;
const [host, port] = address.split(':');
const names = Object.keys(forms);

const attempt = (call) => call.catch((error) => error.message);

/** As many calls at a time, each in the form that `formOf` says. */
async function plus(client, formOf, from, length) {
  const sums = await Promise.all(Array.from({ length }, (_, i) =>
    client.call(formOf(i), 'plus', [from + i, 1]).catch(() => ({ value: undefined, options: {} }))));
  return sums.filter(({ value, options }, i) => {
    const form = forms[formOf(i)];
    return value === from + i + 1 && options.protocolType === form.protocolType
      && (options.protocolType === 'bolt' || (options.boltVersion === form.boltVersion && options.crcEnable === form.crcEnable));
  }).length;
}

async function calls(formOf) {
  const client = new BoltClient(host, port);
  const large = 'ü'.repeat(100_000);
  const seen = {
    echo: (await client.call(formOf(0), 'echo', [large])).value === large,
    fail: await attempt(client.call(formOf(1), 'fail', [])),
    timeout: await attempt(client.call(formOf(2), 'slow', [60_000], { timeout: 300 })),
    heartbeats: 0,
    right: 0,
  };
  for (let i = 0; i < 3; i++) seen.heartbeats += (await client.heartbeat(formOf(i))).packetId === client.lastId ? 1 : 0;
  for (let i = 0; i < Number(count); i += 100) seen.right += await plus(client, formOf, i, 100);
  return seen;
}

const scenarios = {
  v1: () => calls(() => 'v1'),
  v2: () => calls(() => 'v2'),
  crc: () => calls(() => 'v2 with CRC'),
  // On one connection, as it comes.
  mixed: () => calls((i) => names[i % names.length]),
};

scenarios[scenario]()
  .catch((error) => ({ error: error.stack }))
  .then((seen) => {
    console.log(JSON.stringify(seen));
    process.exit(0);
  });
