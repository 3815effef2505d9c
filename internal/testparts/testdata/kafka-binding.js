// Stands in for the native Kafka binding, which is missing where install
// scripts did not run: loading a project needs its names only.
const Module = require("node:module");

const load = Module._load;
const names = new Proxy(function () {}, {
  get: (_, key) => (key === "KafkaJS" ? { Kafka: class {}, logLevel: {} } : function () {}),
});

Module._load = function (request, ...rest) {
  if (/^@(514labs|confluentinc)\/kafka-javascript(\/|$)/.test(request)) return names;
  return load.call(this, request, ...rest);
};
