'use strict';
// A TARS client: @tars/rpc.   node client.js [ADDRESS]
const { Communicator } = require('@tars/rpc');
const { CalculatorProxy, Everything } = require('./calculator.js');

const [host, port] = (process.argv[2] ?? '127.0.0.1:8080').split(':');

function proxyOf(servant, version = 1) {
  const proxy = Communicator.New().stringToProxy(CalculatorProxy, `${servant}@tcp -h ${host} -p ${port} -t 3000`);
  proxy.setVersion(version);
  return proxy;
}

const attempt = (call) => call.catch(({ error }) => `${error.code} ${error.message}`);

const value = {
  flag: true, tiny: -7, small: 700, number: -70000, large: 7e15, ratio: 0.5, exact: Math.PI, text: 'größer',
  bytes: [0, 255], names: ['a', 'b'], counts: { x: 1 },
};

async function main() {
  const calculator = proxyOf('Demo.CalculatorServer.CalculatorObj');
  console.log('plus', (await calculator.call('plus', [1, 2])).result);
  const { outs: [same] } = await calculator.call('everything', [Everything.from(value)]);
  console.log('everything', JSON.stringify(same.toPlain()));
  console.log('about', await calculator.call('about', [], { context: { zone: 'north' } }));
  console.log('plus in TUP', (await proxyOf('Demo.CalculatorServer.CalculatorObj', 3).call('plus', [1, 2])).result);
  console.log('a call that wants no answer:', await attempt(calculator.call('note', ['x'], { packetType: 1 })));
  console.log('no such function:', await attempt(calculator.call('minus')));
  console.log('an error of the server:', await attempt(calculator.call('fail', [-6])));
  console.log('no such servant:', await attempt(proxyOf('Demo.Nobody.NobodyObj').call('plus', [1, 2])));
  console.log('too slow:', await attempt(calculator.call('slow', [3000])));
}

main().then(() => process.exit(0));
