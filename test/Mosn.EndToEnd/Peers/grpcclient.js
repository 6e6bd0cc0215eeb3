'use strict';
// A gRPC client: node grpcclient.js ADDRESS SCENARIO [ARGUMENT...]. Prints what it has seen, as JSON.
const grpc = require('@grpc/grpc-js');
const { service } = require('./grpc.js');

const [address, scenario, ...rest] = process.argv.slice(2);
const options = { 'grpc.max_receive_message_length': 8 << 20, 'grpc.max_send_message_length': 8 << 20, 'grpc.enable_retries': 0 };
const Client = grpc.makeGenericClientConstructor(service, 'Peer');
const client = new Client(address, grpc.credentials.createInsecure(), options);
const wait = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

function say(result) {
  console.log(JSON.stringify(result));
  client.close();
}

function ended(error, more) {
  return error
    ? { code: error.code, details: error.details, metadata: error.metadata && error.metadata.getMap(), ...more }
    : { code: 0, ...more };
}

function unary(message, metadata = new grpc.Metadata(), callOptions = {}) {
  return new Promise((resolve) => {
    const seen = {};
    const call = client.unary(message, metadata, callOptions, (error, answer) => {
      setImmediate(() => resolve(ended(error, { text: answer && answer.toString('latin1', 0, 200), length: answer && answer.length, ...seen })));
    });
    call.on('metadata', (head) => { seen.head = head.getMap(); seen.bits = head.get('x-bits-bin').map((v) => v.toString('hex')); });
    call.on('status', (status) => { seen.last = status.metadata.getMap(); });
  });
}

function all(call, onMessage) {
  return new Promise((resolve) => {
    let count = 0;
    let length = 0;
    call.on('data', (message) => { count++; length += message.length; if (onMessage) onMessage(message, count); });
    call.on('error', (error) => resolve(ended(error, { count, length })));
    call.on('end', () => resolve({ code: 0, count, length }));
  });
}

const scenarios = {
  async unary(message) { say(await unary(Buffer.from(message))); },

  async metadata() {
    const metadata = new grpc.Metadata();
    metadata.set('x-sent', 'one word');
    metadata.add('x-bits-bin', Buffer.from([0, 1, 255]));
    metadata.add('x-bits-bin', Buffer.from('second'));
    say(await unary(Buffer.from('hello'), metadata));
  },

  async large(length) {
    const message = Buffer.alloc(Number(length), 7);
    say(await unary(message));
  },

  async deadline(message, ms) { say(await unary(Buffer.from(message), new grpc.Metadata(), { deadline: Date.now() + Number(ms) })); },

  async collect(count, length) {
    const result = new Promise((resolve) => {
      const call = client.collect(new grpc.Metadata(), (error, answer) => resolve(ended(error, { text: String(answer) })));
      (async () => {
        for (let i = 0; i < Number(count); i++) {
          if (!call.write(Buffer.alloc(Number(length), i))) await new Promise((r) => { call.once('drain', r); });
        }
        call.end();
      })();
    });
    say(await result);
  },

  async produce(count, length) { say(await all(client.produce(Buffer.from(`${count} ${length}`)))); },

  async slow(count, length) { // Reads nothing for a second: what has the server made by then?
    const call = client.produce(Buffer.from(`${count} ${length}`));
    call.pause();
    await wait(1000);
    const produced = JSON.parse((await unary(Buffer.from('state'))).text).produced;
    const result = all(call);
    call.resume();
    say({ ...await result, produced });
  },

  async echo(count) { // One message at a time: each waits for the answer to the one before.
    const call = client.echo();
    const result = all(call, (message, seen) => {
      if (seen < Number(count)) call.write(Buffer.from(`message ${seen}`));
      else call.end();
    });
    call.write(Buffer.from('message 0'));
    say(await result);
  },

  async cancel() {
    const call = client.echo();
    const result = all(call, () => call.cancel());
    call.write(Buffer.from('one'));
    const seen = await result;
    for (let i = 0; i < 50; i++) {
      const state = JSON.parse((await unary(Buffer.from('state'))).text);
      if (state.cancelled > 0) return say({ ...seen, cancelled: state.cancelled });
      await wait(100);
    }
    return say(seen);
  },
};

scenarios[scenario](...rest);
