'use strict';
// A service of Dubbo 3, as a generator would write it.
const { proto3, MethodKind } = require('@bufbuild/protobuf');

const Text = proto3.makeMessageType('com.example.Text', () => [{ no: 1, name: 'text', kind: 'scalar', T: 9 }]);

const method = (name, kind = MethodKind.Unary) => ({ name, I: Text, O: Text, kind });

module.exports = {
  Text,
  /** @param name The service's, which is the first part of a call's path. */
  serviceOf: (name) => ({
    typeName: name,
    methods: {
      say: method('Say'), fail: method('Fail'), slow: method('Slow'), where: method('Where'),
      count: method('Count', MethodKind.ServerStreaming), join: method('Join', MethodKind.ClientStreaming),
    },
  }),
};
