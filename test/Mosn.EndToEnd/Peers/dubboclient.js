'use strict';
// A Dubbo client: one of three libraries, or the frames of one of them by hand. Runs one scenario and prints what it saw as JSON.
const net = require('node:net');

const [, , library, address, scenario, ...rest] = process.argv;
const timeoutMs = 30_000;
const shared = { $class: 'com.example.Point', $: { x: 1, y: 2.5, name: 'p' } };
const types = {
  text: ['java.lang.String', 'grüß dich 😀'],
  int: ['java.lang.Integer', -123456],
  large: ['java.lang.Long', 1234567890123],
  double: ['java.lang.Double', 0.125],
  yes: ['java.lang.Boolean', true],
  list: ['java.util.List', [1, 'two', [3]]],
  map: ['java.util.Map', { a: 1, b: 'two' }],
  object: ['com.example.Point', { x: 1, y: 2.5, name: 'p' }],
  date: ['java.util.Date', new Date(1500000000123)],
  deep: ['java.util.List', [[[[]]], { a: [{ b: [1, 2] }] }, [0.5, 1e-100, 2 ** 31, -(2 ** 31)]]],
  twice: ['java.util.List', [shared, shared]],
};

/** Each gives call(service, method, args, attachments): what the server answered, or an Error. Arguments are [class, value]. */
const libraries = {
  // By Qianmi, and the same code under the roof of Apache: a client for one address, without a registry.
  direct(name) {
    const { DirectlyDubbo } = require(name);
    const dubbo = DirectlyDubbo.from({ dubboAddress: address, dubboVersion: '2.0.2', dubboInvokeTimeout: timeoutMs / 1000 });
    return async (service, method, args, group) => {
      const wrapped = args.map(([$class, $]) => ({ $class, $ }));
      const proxy = dubbo.proxyService({
        dubboInterface: service, version: '1.0.0', group, methods: { [method]: () => wrapped },
      });
      const { res, err } = await proxy[method]();
      if (err) throw err;
      return res;
    };
  },
  'dubbo2.js': () => libraries.direct('dubbo2.js'),
  'apache-dubbo-js': () => libraries.direct('apache-dubbo-js'),
  // The server's own other half.
  'dubbo-remoting'() {
    const { client: { RpcClient } } = require('sofa-rpc-node');
    const logger = { info() {}, warn() {}, error() {}, debug() {} };
    const client = new RpcClient({ logger, protocol: require('dubbo-remoting') });
    const consumers = new Map();
    return async (service, method, args, group) => {
      if (!consumers.has(service)) {
        const consumer = client.createConsumer({
          interfaceName: service, version: '1.0.0', serverHost: address, responseTimeout: timeoutMs,
        });
        consumers.set(service, consumer.ready().then(() => consumer));
      }
      const consumer = await consumers.get(service);
      return consumer.invoke(method, args.map(([$class, $]) => ({ $class, $ })), { requestProps: group && { group } });
    };
  },
};

const call = (libraries[library] ?? (() => null))();
const calculator = (method, ...args) => call('com.example.Calculator', method, args);
const int = (value) => ['java.lang.Integer', value];
const text = (value) => ['java.lang.String', value];
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const failure = (promise) => promise.then((value) => ({ value }), (error) => ({ error: String(error.message ?? error) }));

async function plus(from, length) {
  const sums = await Promise.all(Array.from(
    { length }, (_, i) => calculator('plus', int(from + i), int(1)).catch((error) => error)));
  return sums.filter((sum, i) => sum === from + i + 1).length;
}

const scenarios = {
  /** GROUP, an attachment */
  async types() {
    const seen = {};
    for (const [name, type] of Object.entries(types)) {
      seen[name] = await call('com.example.Calculator', 'echo', [type], rest[0]).catch((error) => error.stack);
    }
    return seen;
  },
  /** GROUP, the one attachment that each library lets its user choose. */
  async attachments() { return call('com.example.Calculator', 'seen', [], rest[0]); },
  async fail() { return failure(calculator('fail')); },
  async 'no-method'() { return failure(calculator('none')); },
  /** MS [GROUP] */
  async slow() { return failure(call('com.example.Calculator', 'slow', [int(Number(rest[0]))], rest[1])); },
  /** SERVICE METHOD */
  async call() { return failure(call(rest[0], rest[1], [])); },
  async large() {
    const length = Number(rest[0]);
    const value = 'x'.repeat(length);
    return { echo: (await calculator('echo', text(value))) === value, size: await calculator('size', text(value)) };
  },
  /** A call that is refused, and one behind it. */
  async 'too-large'() {
    const seen = await failure(calculator('size', text('x'.repeat(Number(rest[0])))));
    for (let i = 0; i < 20 && seen.after === undefined; i++) {
      seen.after = await call('com.example.Clock', 'now', []).catch(() => sleep(500));
    }
    return seen;
  },
  async calls() {
    const seen = { right: 0 };
    for (let i = 0; i < Number(rest[0]); i += 100) seen.right += await plus(i, 100);
    return seen;
  },
  // For as long as somebody lets it, a few calls at a time.
  async load() {
    const end = Date.now() + Number(rest[0]);
    const seen = { total: 0, right: 0 };
    while (Date.now() < end) {
      seen.right += await plus(seen.total, 10);
      seen.total += 10;
    }
    return seen;
  },
  async counts() { return calculator('counts'); },

  /** Calls that want no answer, which no library can make, and a call behind them; the flag is set by hand. */
  async 'one-way'() {
    const Invocation = require('dubbo-remoting/lib/protocol/invocation');
    const Request = require('dubbo-remoting/lib/protocol/request');
    const request = (id, methodName, isTwoWay) => {
      const made = new Request(id);
      made.isTwoWay = isTwoWay;
      made.data = new Invocation({
        methodName, args: [], attachments: { dubbo: '2.0.2', path: 'com.example.Calculator', version: '1.0.0' },
      });
      return made.encode();
    };
    return raw([request(1, 'log', false), request(2, 'log', false), request(3, 'counts', true)], 1);
  },
  async heartbeat() {
    const protocol = require('dubbo-remoting/lib/protocol');
    return raw([protocol.heartbeatEncode(7, {}, {})], 1);
  },
};

/** Sends frames, and gives so many that come back, as the library reads them. */
function raw(frames, count) {
  const protocol = require('dubbo-remoting');
  const [host, port] = address.split(':');
  const socket = net.connect(Number(port), host);
  const decoder = protocol.decoder({ sentReqs: new Map() });
  socket.pipe(decoder);
  socket.write(Buffer.concat(frames));
  const seen = [];
  return new Promise((resolve) => {
    for (const kind of ['response', 'heartbeat_ack', 'request', 'heartbeat']) {
      decoder.on(kind, (frame) => {
        seen.push({ id: frame.packetId, kind, data: frame.data });
        if (seen.length === count) setTimeout(() => resolve(seen), 100); // And nothing else.
      });
    }
    socket.on('error', (error) => resolve({ error: error.message }));
  });
}

scenarios[scenario]()
  .catch((error) => ({ broken: error.stack }))
  .then((seen) => {
    console.log(JSON.stringify(seen ?? null));
    process.exit(0);
  });
