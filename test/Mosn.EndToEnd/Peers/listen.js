'use strict';
// sofa-rpc-node listens on all interfaces: here it is to be seen on this machine alone. It does not tell which port it got either.
const net = require('node:net');

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  this.once('listening', () => console.log(JSON.stringify({ port: this.address().port })));
  return listen.call(this, port, '127.0.0.1', rest.findLast((argument) => typeof argument === 'function'));
};
