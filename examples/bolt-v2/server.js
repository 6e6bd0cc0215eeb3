'use strict';
// A server of SOFA Bolt, both versions: sofa-bolt-node answers each call as it came.   node server.js [PORT]
const net = require('node:net');
const { encoder: createEncoder, decoder: createDecoder } = require('sofa-bolt-node');

net.createServer((socket) => {
  const sentReqs = new Map();
  const encoder = createEncoder({ sentReqs });
  const decoder = createDecoder({ sentReqs });
  encoder.pipe(socket).pipe(decoder);
  socket.on('error', () => {});
  decoder.on('error', (error) => socket.destroy(error)); // Frames that are none, or have another checksum.
  decoder.on('heartbeat', (heartbeat) => encoder.writeHeartbeatAck(heartbeat));
  decoder.on('request', (request) => {
    const { methodName, args } = request.data;
    if (methodName === 'plus') encoder.writeResponse(request, { appResponse: args[0] + args[1] });
    else encoder.writeResponse(request, { isError: true, errorMsg: `no method '${methodName}'` });
  });
}).listen(Number(process.argv[2] ?? 8081), '127.0.0.1');
