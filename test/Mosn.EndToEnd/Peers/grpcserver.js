'use strict';
// A gRPC server. What a call does is said by its message.
const grpc = require('@grpc/grpc-js');
const { service } = require('./grpc.js');

const state = { produced: 0, cancelled: 0, failures: 0 };

function unary(call, callback) {
  const words = call.request.toString().split(' ');
  if (words[0] === 'state') return callback(null, Buffer.from(JSON.stringify(state)));
  if (words[0] === 'fail') {
    const metadata = new grpc.Metadata();
    metadata.set('x-why', 'asked for');
    return callback({ code: Number(words[1]), details: words.slice(2).join(' '), metadata });
  }
  if (words[0] === 'fail-first') { // So many calls fail, then they succeed.
    if (state.failures < Number(words[1])) {
      state.failures++;
      return callback({ code: grpc.status.UNAVAILABLE, details: 'not yet' });
    }
    return callback(null, Buffer.from(`after ${state.failures}`));
  }
  if (words[0] === 'sleep') {
    const timer = setTimeout(() => callback(null, Buffer.from('awake')), Number(words[1]));
    call.on('cancelled', () => { clearTimeout(timer); state.cancelled++; });
    return undefined;
  }
  if (words[0] === 'deadline') {
    const deadline = call.getDeadline();
    return callback(null, Buffer.from(String(deadline === Infinity ? -1 : deadline - Date.now())));
  }
  const head = new grpc.Metadata();
  head.set('x-seen', call.metadata.get('x-sent').join(','));
  for (const value of call.metadata.get('x-bits-bin')) head.add('x-bits-bin', value);
  call.sendMetadata(head);
  const last = new grpc.Metadata();
  last.set('x-last', 'word');
  last.set('x-last-bin', Buffer.from([0, 255, 1]));
  return callback(null, call.request, last);
}

function collect(call, callback) {
  let count = 0;
  let length = 0;
  call.on('data', (message) => { count++; length += message.length; });
  call.on('end', () => callback(null, Buffer.from(`${count} ${length}`)));
}

async function produce(call) {
  const [count, length] = call.request.toString().split(' ').map(Number);
  let isCancelled = false;
  call.on('cancelled', () => { isCancelled = true; state.cancelled++; call.emit('drain'); });
  state.produced = 0;
  for (let i = 0; i < count && !isCancelled; i++) {
    state.produced++;
    if (!call.write(Buffer.alloc(length, i))) await new Promise((resolve) => call.once('drain', resolve));
  }
  call.end();
}

function echo(call) {
  call.on('cancelled', () => { state.cancelled++; });
  call.on('data', (message) => {
    if (!call.write(message)) { call.pause(); call.once('drain', () => call.resume()); }
  });
  call.on('end', () => call.end());
}

function check(call, callback) { // grpc.health.v1: the whole server, or the service "e2e", is well until it is told.
  const name = call.request.length > 2 ? call.request.toString('utf8', 2) : '';
  if (name !== '' && name !== 'e2e') return callback({ code: grpc.status.NOT_FOUND });
  return callback(null, Buffer.from([8, state.health ?? 1]));
}

const server = new grpc.Server({ 'grpc.max_receive_message_length': 8 << 20, 'grpc.max_send_message_length': 8 << 20 });
server.addService(service, { unary, collect, produce, echo });
const bytes = (value) => value;
server.addService({
  check: {
    path: '/grpc.health.v1.Health/Check', requestStream: false, responseStream: false,
    requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes,
  },
}, { check });
process.on('SIGUSR2', () => { state.health = state.health === 2 ? 1 : 2; });
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(JSON.stringify({ port }));
});
