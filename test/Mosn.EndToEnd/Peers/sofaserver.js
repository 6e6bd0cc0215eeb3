'use strict';
// A SOFARPC server, on Bolt: sofa-rpc-node.
require('./listen.js');
const { server: { RpcServer } } = require('sofa-rpc-node');
const { calculator, clock, watch } = require('./services.js');

const logger = { info() {}, warn() {}, error() {}, debug() {} };
const server = new RpcServer({ logger, port: Number(process.argv[2] || 0), autoPort: false });
server.addService({ interfaceName: 'com.example.Calculator' }, calculator);
server.addService({ interfaceName: 'com.example.Clock' }, clock);
watch(server);
server.start();
