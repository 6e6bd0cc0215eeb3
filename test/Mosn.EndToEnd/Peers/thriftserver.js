'use strict';
// A server of Thrift in Dubbo's envelope: thrift.   [PORT]
require('./listen.js');

process.argv[2] ??= '0';
require('../../../examples/thrift/server.js');
