'use strict';
// A TARS client: @tars/rpc. Runs one scenario and prints what it saw as JSON.
const { Communicator } = require('@tars/rpc');
const { CalculatorProxy, Everything } = require('../../../examples/tars/calculator.js');

const [, , address, scenario, count] = process.argv;
const [host, port] = address.split(':');

// The library tells of lost connections there, where our answer goes.
console.info = () => {};

/** A connection of its own. Version 1 is TARS, 2 and 3 are TUP. */
function proxyOf(servant = 'Demo.CalculatorServer.CalculatorObj', version = 1, timeout = 10_000) {
  const proxy = Communicator.New().stringToProxy(CalculatorProxy, `${servant}@tcp -h ${host} -p ${port} -t 60000`);
  proxy.setVersion(version);
  proxy.setTimeout(timeout);
  return proxy;
}

const attempt = (call) => call.catch((failure) => failure.error ?? failure.stack);

async function plus(calculator, from, length) {
  const sums = await Promise.all(Array.from(
    { length }, (_, i) => calculator.call('plus', [from + i, 1]).catch(() => ({}))));
  return sums.filter(({ result }, i) => result === from + i + 1).length;
}

const everything = {
  flag: true, tiny: -7, small: 700, number: -70_000, large: 7e15, ratio: 0.5, exact: Math.PI, text: 'größer',
  bytes: [0, 1, 255], names: ['', 'a', 'b'.repeat(300)], counts: { x: 1, y: -1 },
};

async function calls(version) {
  const calculator = proxyOf(undefined, version);
  const large = 'ü'.repeat(500_000);
  const { outs: [same] } = await calculator.call('everything', [Everything.from(everything)]);
  const about = await calculator.call('about', [], { context: { zone: 'north' }, dyeing: { dyeing: true, key: 'red' } });
  const seen = {
    plus: (await calculator.call('plus', [1, 2])).result,
    echo: (await calculator.call('echo', [large])).outs[0] === large,
    everything: JSON.stringify(same.toPlain()) === JSON.stringify(everything),
    about: about.outs.join(),
    context: about.context,
    ping: (await calculator.call('tars_ping')).result,
    fail: await attempt(calculator.call('fail', [-6])),
    noFunction: await attempt(calculator.call('minus')),
    ownTimeout: await attempt(proxyOf(undefined, version, 200).call('slow', [2000])),
    right: 0,
  };
  for (let i = 0; i < Number(count); i += 100) seen.right += await plus(calculator, i, 100);
  return seen;
}

const scenarios = {
  tars: () => calls(1),
  tup2: () => calls(2),
  tup3: () => calls(3),
  // Calls that want no answer, which the library ends with an error; they have arrived when the server has counted them.
  async oneway() {
    const calculator = proxyOf();
    await calculator.call('plus', [1, 2]);
    await Promise.all(Array.from({ length: 100 }, () => attempt(calculator.call('note', ['x'], { packetType: 1 }))));
    const end = Date.now() + 10_000;
    let notes = 0;
    while (notes < 100 && Date.now() < end) [notes] = (await calculator.call('notes')).outs;
    return { notes };
  },
  // What the proxy says itself, in each version.
  async replies() {
    const seen = {};
    for (const version of [1, 2, 3]) {
      seen[version] = {
        noRoute: await attempt(proxyOf('Demo.Nobody.NobodyObj', version).call('plus', [1, 2])),
        noHost: await attempt(proxyOf('Demo.Down.DownObj', version).call('plus', [1, 2])),
        timeout: await attempt(proxyOf(undefined, version).call('slow', [60_000])),
      };
    }
    return seen;
  },
  // For as long as somebody lets it, a few calls at a time.
  async load() {
    const calculator = proxyOf();
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
  .catch((error) => ({ error: error.stack ?? String(error.error) }))
  .then((seen) => {
    console.log(JSON.stringify(seen));
    process.exit(0);
  });
