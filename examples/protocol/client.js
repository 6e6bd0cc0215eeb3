'use strict';
// Calls a method: node client.js SERVICE METHOD [TEXT] [--cast] [--timeout MS] [--times N] [--port PORT]
const net = require('node:net');
const { parseArgs } = require('node:util');
const { kinds, statuses, write, read } = require('./courier');

const { positionals: [service, method, text = ''], values } = parseArgs({
  allowPositionals: true,
  options: {
    cast: { type: 'boolean', default: false },
    timeout: { type: 'string', default: '0' },
    times: { type: 'string', default: '1' },
    port: { type: 'string', default: '8080' },
  },
});
const timeout = Number(values.timeout);
const times = Number(values.times);
const inFlightMax = 100;
const socket = net.connect(Number(values.port), '127.0.0.1');
let sent = 0;
let answered = 0;
let right = 0;

function call() {
  const id = ++sent;
  const content = times > 1 ? `${text} ${id}` : text;
  socket.write(write({ kind: values.cast ? kinds.cast : kinds.call, id, timeout, service, method, content }));
}

read(socket, (frame) => {
  if (frame.kind !== kinds.answer) {
    return;
  }
  answered++;
  if (times === 1) {
    console.log(`${statuses[frame.status]}${frame.content && `: ${frame.content}`}`);
  } else if (frame.status === 0 && frame.content === `hello, ${text} ${frame.id}`) {
    right++;
  }
  if (answered === times) {
    if (times > 1) {
      console.log(`${right} of ${times} right`);
    }
    socket.end();
  } else if (sent < times) {
    call();
  }
});
socket.on('connect', () => {
  for (let i = 0; i < Math.min(times, inFlightMax); i++) {
    call();
  }
  if (values.cast) {
    socket.end();
  }
});
socket.on('close', () => {
  if (!values.cast && answered < times) {
    console.log(`the connection ended after ${answered} of ${times} answers`);
  }
});
socket.on('error', (error) => console.log(error.message));
