'use strict';
// A client of SOFA Bolt that changes the version with every call, on one connection.   node client.js [ADDRESS]
const { BoltClient, forms } = require('./bolt.js');

const [host, port] = (process.argv[2] ?? '127.0.0.1:8080').split(':');
const client = new BoltClient(host, port);

async function main() {
  for (const form of Object.keys(forms)) {
    const { value, options } = await client.call(form, 'plus', [1, 2]);
    const ack = await client.heartbeat(form);
    console.log(`${form}: ${value}, answered in ${describe(options)}; heartbeat answered in ${describe(ack.options)}`);
  }
  await client.call('v2 with CRC', 'minus', [1, 2]).catch((error) => console.log(`minus: ${error.message}`));
}

function describe({ protocolType, boltVersion, crcEnable }) {
  return `${protocolType}${boltVersion ? ` of framing ${boltVersion}` : ''}${crcEnable ? ', CRC' : ''}`;
}

main().then(() => client.close());
