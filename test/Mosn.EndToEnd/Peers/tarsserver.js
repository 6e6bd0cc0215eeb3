'use strict';
// A TARS server: @tars/rpc.   [PORT]
require('./listen.js');

process.argv[2] ??= '0';
require('../../../examples/tars/server.js');
