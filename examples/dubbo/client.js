// A Dubbo consumer without a registry: [ADDRESS=HOST:PORT] node client.js SERVICE METHOD [TEXT [GROUP]]
const { DirectlyDubbo, java } = require('dubbo2.js');

const [, , service, method, text, group] = process.argv;
const dubbo = DirectlyDubbo.from({
  dubboAddress: process.env.ADDRESS ?? '127.0.0.1:20880',
  dubboVersion: '2.0.2',
  dubboInvokeTimeout: 10,
});
const proxy = dubbo.proxyService({
  dubboInterface: service,
  version: '1.0.0',
  group,
  methods: { [method]: () => (text === undefined ? [] : [java.String(text)]) },
});

proxy[method]().then(({ res, err }) => {
  // The library shows the text of an error as it lies in the frame, with its length before it.
  console.log(err ? `error: ${err.message.replace(/^([\0-\x1f]|[0-3][^])/, '')}` : res);
  process.exit(0);
});
