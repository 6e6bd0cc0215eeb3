'use strict';
// A Dubbo server: dubbo-remoting, on sofa-rpc-node.
require('./listen.js');
const { server: { RpcServer } } = require('sofa-rpc-node');
const protocol = require('dubbo-remoting');
const { calculator, clock, watch } = require('./services.js');

const logger = { info() {}, warn() {}, error() {}, debug() {} };
const server = new RpcServer({ logger, protocol, port: Number(process.argv[2] || 0), version: '1.0.0' });
server.addService({ interfaceName: 'com.example.Calculator' }, calculator);
server.addService({ interfaceName: 'com.example.Clock' }, clock);
watch(server);
server.start();
