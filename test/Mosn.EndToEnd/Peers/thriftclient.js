'use strict';
// A client of Thrift in Dubbo's envelope: thrift. Runs one scenario and prints what it saw as JSON.
const thrift = require('thrift');
const { Client } = require('../../../examples/thrift/calculator.js');
const { dubboTransport } = require('../../../examples/thrift/dubbo-transport.js');

const [, , address, scenario, count] = process.argv;
const [host, port] = address.split(':');

/** A client with a connection of its own. */
function clientOf(service = 'com.example.Calculator') {
  const connection = thrift.createConnection(host, Number(port), {
    transport: dubboTransport(service), protocol: thrift.TBinaryProtocol,
  });
  connection.on('error', (error) => console.error(error));
  return thrift.createClient(Client, connection);
}

const attempt = (call) => call.catch(({ name, type, why, message }) => ({ name, type, why, message }));

async function plus(calculator, from, length) {
  const sums = await Promise.all(Array.from(
    { length }, (_, i) => calculator.call('plus', { a: from + i, b: 1 }).catch(() => undefined)));
  return sums.filter((sum, i) => sum === from + i + 1).length;
}

const everything = {
  flag: true, tiny: -7, small: 700, number: -70_000, exact: Math.PI, text: 'größer', bytes: Buffer.from([0, 1, 255]),
  names: ['', 'a', 'b'.repeat(300)], marks: [1, 2], counts: { x: 1, y: -1 },
};

const scenarios = {
  async calls() {
    const calculator = clientOf();
    const large = 'ü'.repeat(500_000);
    const seen = {
      plus: await calculator.call('plus', { a: 1, b: 2 }),
      echo: (await calculator.call('echo', { text: large })) === large,
      everything: JSON.stringify(await calculator.call('everything', { value: everything })) === JSON.stringify(everything),
      overflow: await attempt(calculator.call('plus', { a: 2 ** 31 - 1, b: 1 })),
      noMethod: await attempt(calculator.call('minus', { a: 1, b: 2 })),
      right: 0,
    };
    for (let i = 0; i < Number(count); i += 100) seen.right += await plus(calculator, i, 100);
    return seen;
  },
  // Calls that want no answer; they have arrived when the server has counted them.
  async oneway() {
    const calculator = clientOf();
    for (let i = 0; i < 100; i++) await calculator.call('note', { text: 'x' });
    const end = Date.now() + 10_000;
    let notes = 0;
    while (notes < 100 && Date.now() < end) notes = await calculator.call('notes');
    return { notes };
  },
  // What the proxy says itself.
  async replies() {
    return {
      noRoute: await attempt(clientOf('com.example.Nobody').call('plus', { a: 1, b: 2 })),
      noHost: await attempt(clientOf('com.example.Down').call('plus', { a: 1, b: 2 })),
      timeout: await attempt(clientOf().call('slow', { ms: 60_000 })),
    };
  },
  // For as long as somebody lets it, a few calls at a time.
  async load() {
    const calculator = clientOf();
    const end = Date.now() + Number(count);
    const seen = { total: 0, right: 0 };
    while (Date.now() < end) {
      seen.right += await plus(calculator, seen.total, 10);
      seen.total += 10;
    }
    return seen;
  },
};

scenarios[scenario]()
  .catch((error) => ({ error: error.stack }))
  .then((seen) => {
    console.log(JSON.stringify(seen));
    process.exit(0);
  });
