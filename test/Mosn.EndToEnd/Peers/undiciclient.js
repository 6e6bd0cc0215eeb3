'use strict';
// A client of HTTP/1.1: undici, which pipelines and keeps connections. Runs one scenario and prints what it saw as JSON.
const { Client, Pool } = require('undici');
const { Readable } = require('node:stream');
const crypto = require('node:crypto');

const [, , origin, scenario] = process.argv;
const hash = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

const scenarios = {
  // Ten requests on their way on one connection.
  async pipelined() {
    const client = new Client(origin, { pipelining: 10 });
    const bodies = await Promise.all(Array.from({ length: 200 }, async (_, i) => {
      const { statusCode, body } = await client.request({ path: `/inspect?${i}`, method: 'GET' });
      return [statusCode, JSON.parse(await body.text()).url];
    }));
    return { right: bodies.filter(([status, url], i) => status === 200 && url === `/inspect?${i}`).length };
  },
  // Bodies without a length, up and down, on fifty connections.
  async streamed() {
    const pool = new Pool(origin, { connections: 50 });
    const right = await Promise.all(Array.from({ length: 100 }, async (_, i) => {
      const bytes = Buffer.alloc(200_000 + i, i & 255);
      const { statusCode, body } = await pool.request({
        path: '/echo', method: 'POST', body: Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]),
      });
      return statusCode === 200 && hash(Buffer.from(await body.arrayBuffer())) === hash(bytes);
    }));
    return { right: right.filter(Boolean).length };
  },
};

scenarios[scenario]().then((seen) => {
  console.log(JSON.stringify(seen));
  process.exit(0);
});
