'use strict';
// A gRPC client on Node's standard library: node client.js METHOD MESSAGE
const http2 = require('node:http2');

const [method, message] = process.argv.slice(2);
const session = http2.connect('http://127.0.0.1:8080');
const call = session.request({
  ':method': 'POST', ':path': `/example.KeyValues/${method}`, 'content-type': 'application/grpc', te: 'trailers',
});
let pending = Buffer.alloc(0);
let fields = {};

call.on('response', (headers) => { fields = headers; });
call.on('trailers', (trailers) => { fields = trailers; });
call.on('data', (piece) => {
  pending = Buffer.concat([pending, piece]);
  while (pending.length >= 5 && pending.length >= 5 + pending.readUInt32BE(1)) {
    const end = 5 + pending.readUInt32BE(1);
    console.log(pending.toString('utf8', 5, end));
    pending = pending.subarray(end);
  }
});
call.on('close', () => {
  console.log(`status ${fields['grpc-status']} ${decodeURIComponent(fields['grpc-message'] || '')}`.trim());
  session.close();
});
const body = Buffer.alloc(5 + Buffer.byteLength(message));
body.writeUInt32BE(body.length - 5, 1);
body.write(message, 5);
call.end(body);
