'use strict';
// A client for one connection, on the encoder and the decoder of sofa-bolt-node.
const net = require('node:net');
const { encoder: createEncoder, decoder: createDecoder } = require('sofa-bolt-node');

/** How frames go out: the protocol's first version, and the second without a checksum and with one. */
const forms = {
  v1: { protocolType: 'bolt', boltVersion: 1, crcEnable: false },
  v2: { protocolType: 'bolt2', boltVersion: 1, crcEnable: false },
  'v2 with CRC': { protocolType: 'bolt2', boltVersion: 2, crcEnable: true },
};

class BoltClient {
  lastId = 0;
  waiting = new Map();

  constructor(host, port) {
    const sentReqs = new Map(); // The library looks into it only for protobuf.
    this.encoder = createEncoder({ sentReqs });
    this.decoder = createDecoder({ sentReqs });
    this.socket = net.connect(Number(port), host);
    this.encoder.pipe(this.socket).pipe(this.decoder);
    this.decoder.on('response', (response) => this.settle(response.packetId, response));
    this.decoder.on('heartbeat_ack', (ack) => this.settle(ack.packetId, ack));
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      for (const id of this.waiting.keys()) this.settle(id, { data: { error: new Error('the connection is closed') } });
    });
  }

  /** What the method gives, and how the answer came: an error rejects. */
  async call(form, methodName, args, { oneway = false, timeout = 3000 } = {}) {
    const id = this.write(form, (next) => this.encoder.writeRequest(next, {
      serverSignature: 'com.example.Calculator:1.0', methodName, args, timeout, oneway,
    }));
    if (oneway) return undefined;
    const { data, options } = await this.answer(id);
    if (data.error) throw data.error;
    return { value: data.appResponse, options };
  }

  heartbeat(form) {
    return this.answer(this.write(form, (id) => this.encoder.writeHeartbeat(id, { clientUrl: 'x' })));
  }

  close() { this.socket.destroy(); }

  write(form, encode) {
    Object.assign(this.encoder, forms[form]);
    encode(++this.lastId);
    return this.lastId;
  }

  answer(id) { return new Promise((resolve) => this.waiting.set(id, resolve)); }

  settle(id, answer) {
    const resolve = this.waiting.get(id);
    this.waiting.delete(id);
    resolve?.(answer);
  }
}

module.exports = { BoltClient, forms };
