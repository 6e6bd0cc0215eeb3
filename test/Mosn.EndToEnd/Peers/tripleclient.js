'use strict';
// A Dubbo 3 client: @apachedubbo/dubbo-node, in Triple or gRPC, or @grpc/grpc-js. Prints what it saw as JSON.
const [, , library, url, scenario, ...rest] = process.argv;
const { Text, serviceOf } = require('./triple.js');

/** Each gives client(service, version): an object with the methods of the service. */
const libraries = {
  apache(transport) {
    const { createPromiseClient } = require('@apachedubbo/dubbo');
    return (service, version) => createPromiseClient(serviceOf(service), transport, { serviceVersion: version, serviceGroup: '' });
  },
  triple() {
    const { createDubboTransport } = require('@apachedubbo/dubbo-node');
    return libraries.apache(createDubboTransport({ baseUrl: url, httpVersion: '2' }));
  },
  grpc() {
    const { createGrpcTransport } = require('@apachedubbo/dubbo-node');
    return libraries.apache(createGrpcTransport({ baseUrl: url, httpVersion: '2' }));
  },
  'grpc-js'() {
    const grpc = require('@grpc/grpc-js');
    const definition = (service, { name, I, O, kind }) => ({
      path: `/${service}/${name}`, requestStream: false, responseStream: kind === 1,
      requestSerialize: (message) => Buffer.from(new I(message).toBinary()), requestDeserialize: (bytes) => I.fromBinary(bytes),
      responseSerialize: (message) => Buffer.from(message.toBinary()), responseDeserialize: (bytes) => O.fromBinary(bytes),
    });
    return (service, version) => {
      const methods = Object.entries(serviceOf(service).methods).map(([key, method]) => [key, definition(service, method)]);
      const Client = grpc.makeGenericClientConstructor(Object.fromEntries(methods), service);
      const client = new Client(new URL(url).host, grpc.credentials.createInsecure());
      const metadata = new grpc.Metadata();
      if (version) metadata.set('tri-service-version', version);
      const unary = (key) => (request, options = {}) => new Promise((resolve, reject) => {
        client[key](request, metadata, { deadline: options.timeoutMs ? Date.now() + options.timeoutMs : Infinity },
          (error, response) => (error ? reject(error) : resolve(response)));
      });
      return { say: unary('say'), fail: unary('fail'), slow: unary('slow'), where: unary('where'), count: (request) => client.count(request, metadata) };
    };
  },
};

const client = libraries[library]();
const greeter = client('com.example.Greeter', '');
const failure = (call) => call.then((value) => ({ text: value.text }), (error) => ({ code: error.code, message: error.rawMessage ?? error.details ?? error.message }));

const scenarios = {
  async calls() {
    let right = 0;
    for (let i = 0; i < Number(rest[0]); i += 100) {
      const texts = await Promise.all(Array.from({ length: 100 }, (_, j) => greeter.say({ text: `${i + j}` }).catch(() => ({}))));
      right += texts.filter(({ text }, j) => text === `${i + j}`).length;
    }
    return { right };
  },
  async large() {
    const text = 'x'.repeat(2_000_000);
    return { same: (await greeter.say({ text })).text === text };
  },
  // Over gRPC the library does not send the version by itself.
  where: () => failure(client(rest[0], rest[1] ?? '').where(
    { text: '' }, library === 'grpc' && rest[1] ? { headers: { 'tri-service-version': rest[1] } } : {})),
  fail: () => failure(greeter.fail({ text: 'enough' })),
  slow: () => failure(greeter.slow({ text: '60000' }, { timeoutMs: 300 })),
  async streams() {
    const seen = [];
    for await (const { text } of greeter.count({ text: '100' })) seen.push(text);
    const joined = greeter.join
      ? (await greeter.join((async function* parts() { for (const text of seen) yield new Text({ text }); })())).text
      : seen.join('');
    return { count: seen.length, joined };
  },
};

scenarios[scenario]()
  .catch((error) => ({ broken: error.stack }))
  .then((seen) => {
    console.log(JSON.stringify(seen));
    process.exit(0);
  });
