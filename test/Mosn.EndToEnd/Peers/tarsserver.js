'use strict';
// A TARS server: @tars/rpc.   [PORT]
const net = require('node:net');

// The library does not say which port it got.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...parameters) {
  this.once('listening', () => console.log(JSON.stringify({ port: this.address().port })));
  return listen.apply(this, parameters);
};

process.argv[2] ??= '0';
require('../../../examples/tars/server.js');
