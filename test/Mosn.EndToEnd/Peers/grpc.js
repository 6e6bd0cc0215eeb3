'use strict';
// What client and server have in common: the methods, whose messages are bytes.
const bytes = (value) => value;
const method = (name, requestStream, responseStream) => ({
  path: `/e2e.Peer/${name}`, requestStream, responseStream,
  requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes,
});
exports.service = {
  unary: method('Unary', false, false),
  collect: method('Collect', true, false),
  produce: method('Produce', false, true),
  echo: method('Echo', true, true),
};
