'use strict';
// What the servers of sofa-rpc-node serve, over Bolt and over Dubbo. Methods of a service must be async functions.
const counts = { logged: 0, heartbeats: 0, slow: 0 };

module.exports = {
  counts,
  calculator: {
    async plus(a, b) { return a + b; },
    async echo(value) { return value; },
    async slow(ms) {
      counts.slow++;
      await new Promise((resolve) => setTimeout(resolve, ms));
      return 'slow';
    },
    async fail() { throw new Error('on purpose'); },
    async size(text) { return text.length; },
    /** Wants no answer, and nobody waits for one. */
    async log() { return ++counts.logged; },
    async counts() { return { ...counts }; },
    /** What came with the call. */
    async seen() { return this.req.data.requestProps; },
  },
  clock: {
    async now() { return 'noon'; },
  },

  /** Has methods see their call, and counts heartbeats. */
  watch(server) {
    server.createContext = (req) => ({ req });
    server.on('connection', (connection) => {
      connection._decoder.on('heartbeat', () => { counts.heartbeats++; });
    });
  },
};
