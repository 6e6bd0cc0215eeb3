'use strict';
// A client of Thrift in Dubbo's envelope: thrift.   node client.js [ADDRESS]
const thrift = require('thrift');
const { Client } = require('./calculator.js');
const { dubboTransport } = require('./dubbo-transport.js');

const [host, port] = (process.argv[2] ?? '127.0.0.1:8080').split(':');

function clientOf(service) {
  const connection = thrift.createConnection(host, Number(port), {
    transport: dubboTransport(service), protocol: thrift.TBinaryProtocol,
  });
  return thrift.createClient(Client, connection);
}

const attempt = (call) => call.catch((error) => `${error.name} ${error.type ?? error.why} ${error.message}`);

async function main() {
  const calculator = clientOf('com.example.Calculator');
  console.log('plus', await calculator.call('plus', { a: 1, b: 2 }));
  console.log('everything', JSON.stringify(await calculator.call('everything', {
    value: { flag: true, tiny: -7, small: 700, number: -70000, exact: Math.PI, text: 'größer', names: ['a', 'b'], counts: { x: 1 } },
  })));
  console.log('an exception of the service', await attempt(calculator.call('plus', { a: 2 ** 31 - 1, b: 1 })));
  console.log('no such method', await attempt(calculator.call('minus', { a: 1, b: 2 })));
  console.log('no such service', await attempt(clientOf('com.example.Nobody').call('plus', { a: 1, b: 2 })));
  console.log('too slow', await attempt(calculator.call('slow', { ms: 3000 })));
}

main().then(() => process.exit(0));
