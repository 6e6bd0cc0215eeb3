'use strict';
// A server of Thrift in Dubbo's envelope: thrift.   node server.js [PORT]
const thrift = require('thrift');
const { Processor } = require('./calculator.js');
const { dubboTransport } = require('./dubbo-transport.js');

let notesSeen = 0;

const handler = {
  plus({ a, b }) {
    if (a + b > 2 ** 31 - 1) throw new Error('more than 32 bits');
    return a + b;
  },
  echo({ text }) { return text; },
  everything({ value }) { return value; },
  async slow({ ms }) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return ms;
  },
  note() { notesSeen++; },
  notes() { return notesSeen; },
};

const server = thrift.createServer(Processor, handler, {
  transport: dubboTransport('com.example.Calculator'), protocol: thrift.TBinaryProtocol,
});
server.on('error', (error) => console.error(error));
server.listen(Number(process.argv[2] ?? 8081), '127.0.0.1');
