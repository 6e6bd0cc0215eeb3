'use strict';
// A name server. Its argument is JSON: a name and its IPv4 addresses, or a service and its [target, port, weight]s.
const dgram = require('node:dgram');

const names = JSON.parse(process.argv[2]);
const encode = (name) => Buffer.concat(
  [...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])), Buffer.from([0])]);
const big = (value) => Buffer.from([value >> 8, value & 255]);

const record = (type, entry) => {
  const data = type === 1
    ? Buffer.from(entry.split('.').map(Number))
    : Buffer.concat([big(0), big(entry[2]), big(entry[1]), encode(entry[0])]);
  // A pointer to the question's name, the type, class IN, 60 seconds.
  return Buffer.concat([big(0xC00C), big(type), big(1), big(0), big(60), big(data.length), data]);
};

const server = dgram.createSocket('udp4');
server.on('message', (query, peer) => {
  const labels = [];
  let at = 12;
  for (; query[at] !== 0; at += query[at] + 1) {
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]));
  }
  const type = query.readUInt16BE(at + 1);
  const isService = type === 33;
  const entries = names[labels.join('.')];
  const fitting = (entries || []).filter((entry) => Array.isArray(entry) === isService && (isService || type === 1));
  const head = [query.subarray(0, 2), big(0x8180 | (entries ? 0 : 3)), big(1), big(fitting.length), big(0), big(0)];
  const reply = Buffer.concat([...head, query.subarray(12, at + 5), ...fitting.map((entry) => record(type, entry))]);
  server.send(reply, peer.port, peer.address);
});
server.bind(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
