'use strict';
// The content of SOFARPC's frames without the frames, coded by sofa-bolt-node: what HTTP carries where mosn translates.
// As a program: "request SERVICE METHOD ARGUMENTS" writes content, "response" reads content and prints what it says; both as JSON.
const protocol = require('sofa-bolt-node/lib/protocol');

const options = { protocolType: 'bolt', codecType: 'hessian2', boltVersion: 1 };
const classes = {
  request: 'com.alipay.sofa.rpc.core.request.SofaRequest',
  response: 'com.alipay.sofa.rpc.core.response.SofaResponse',
};

function contentOf(frame) {
  const size = frame[1] === 0 ? 20 : 22;
  return frame.subarray(size + frame.readUInt16BE(size - 8) + frame.readUInt16BE(size - 6));
}

function decode(kind, content) {
  const size = kind === 'response' ? 20 : 22;
  const head = Buffer.alloc(size);
  head.set([1, kind === 'response' ? 0 : 1, 0, kind === 'response' ? 2 : 1, 1]);
  head[9] = 1;
  head.writeUInt16BE(classes[kind].length, size - 8);
  head.writeUInt32BE(content.length, size - 4);
  return protocol.decode(Buffer.concat([head, Buffer.from(classes[kind]), content]), { sentReqs: new Map() }).data;
}

exports.encodeRequest = (service, method, args) => contentOf(Buffer.from(protocol.requestEncode(
  1, { serverSignature: service, methodName: method, args, targetAppName: '', requestProps: null, timeout: 3000 }, options)));
exports.decodeRequest = (content) => decode('request', content);
exports.encodeResponse = (response) => contentOf(Buffer.from(protocol.responseEncode(1, { status: 0, ...response }, options)));
exports.decodeResponse = (content) => decode('response', content);

if (require.main === module) {
  const [, , kind, service, method, args] = process.argv;
  if (kind === 'request') {
    process.stdout.write(exports.encodeRequest(service, method, JSON.parse(args)));
  } else {
    const { appResponse, error } = exports.decodeResponse(require('node:fs').readFileSync(0));
    console.log(JSON.stringify(error ? { error: error.message } : { appResponse }));
  }
}
