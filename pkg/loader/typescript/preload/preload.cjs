// Loaded with --require into moose-tspc and moose-runner, before them.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const Module = require("node:module");

// 1. moose-lib loads the native Kafka binding at once, even to read declarations.
//    After `npm ci --ignore-scripts` there is none. Where it cannot be loaded, an
//    object that answers everything takes its place; nothing connects to Kafka
//    while declarations are read.
function anything() {
  const target = function () {};
  return new Proxy(target, {
    get(_, key) {
      if (key === "prototype") return target.prototype;
      if (key === Symbol.toPrimitive) return () => "";
      if (key === Symbol.iterator) return function* () {};
      if (typeof key === "symbol" || key === "then" || key === "__esModule") return undefined;
      return anything();
    },
    apply: () => anything(),
    construct: () => anything(),
  });
}

const nativeBinding = /[\\/]@(514labs|confluentinc)[\\/]kafka-javascript[\\/]lib[\\/]/;
const load = Module._load;
Module._load = function (request, parent, isMain) {
  if (/\/librdkafka(\.js)?$/.test(request) && parent && nativeBinding.test(parent.filename || "")) {
    try {
      return load.call(this, request, parent, isMain);
    } catch {
      return anything();
    }
  }
  return load.call(this, request, parent, isMain);
};

// 2. moose-runner finds the compiled project through "outDir" of tsconfig.json.
//    This run compiled into a folder of its own, so the runner is told that one.
const outDir = process.env.MOOSE_MIGRATE_OUT_DIR;
delete process.env.MOOSE_MIGRATE_OUT_DIR;
if (outDir && /moose-runner/.test(process.argv[1] || "")) {
  const tsconfig = path.join(process.cwd(), "tsconfig.json");
  const real = fs.readFileSync;
  fs.readFileSync = function (file, ...rest) {
    const content = real.call(this, file, ...rest);
    if (typeof file !== "string" || path.resolve(file) !== tsconfig) return content;
    const text = content.toString().replace(/^\uFEFF/, "");
    const config = (0, eval)("(" + text + ")");
    config.compilerOptions = { ...config.compilerOptions, outDir };
    const changed = JSON.stringify(config);
    return typeof content === "string" ? changed : Buffer.from(changed);
  };
}

// 3. An error that ends the serializer is told at its place in the .ts file. Node's
//    own --enable-source-maps would do that too, but then moose-lib would record
//    .ts files as the sources of declarations, where Moose has the compiled ones.
function mapped(stack) {
  return stack.replace(/((?:file:\/\/)?\/[^():\n]+):(\d+):(\d+)/g, (frame, where, line, column) => {
    try {
      const file = where.startsWith("file:") ? require("node:url").fileURLToPath(where) : where;
      const map = new Module.SourceMap(JSON.parse(fs.readFileSync(file + ".map", "utf8")));
      const { originalSource, originalLine, originalColumn } = map.findEntry(line - 1, column - 1);
      if (originalSource === undefined || originalLine === undefined) return frame;
      return `${path.resolve(path.dirname(file), originalSource)}:${originalLine + 1}:${originalColumn + 1}`;
    } catch {
      return frame;
    }
  });
}
process.on("uncaughtExceptionMonitor", (error) => {
  if (error && typeof error.stack === "string") process.stderr.write(mapped(error.stack) + "\n\n");
});
