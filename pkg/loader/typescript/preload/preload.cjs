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

// The entry of the source map for a place in a compiled file; line and column count
// from 1. Undefined when there is no map or none that can be read.
const maps = new Map();
function entry(file, line, column) {
  if (!maps.has(file)) {
    let map;
    try {
      map = new Module.SourceMap(JSON.parse(fs.readFileSync(file + ".map", "utf8")));
    } catch {}
    maps.set(file, map);
  }
  try {
    const found = maps.get(file).findEntry(line - 1, column - 1);
    if (found.originalSource === undefined || found.originalLine === undefined) return undefined;
    return { ...found, source: path.resolve(path.dirname(file), found.originalSource) };
  } catch {
    return undefined;
  }
}

function plainPath(where) {
  return where.startsWith("file:") ? require("node:url").fileURLToPath(where) : where;
}

// 3. An error that ends the serializer is told at its place in the .ts file. Node's
//    own --enable-source-maps would do that too, but then moose-lib would record
//    .ts files as the sources of declarations, where Moose has the compiled ones.
function mapped(stack) {
  return stack.replace(/((?:file:\/\/)?\/[^():\n]+):(\d+):(\d+)/g, (frame, where, line, column) => {
    try {
      const found = entry(plainPath(where), line, column);
      return found ? `${found.source}:${found.originalLine + 1}:${found.originalColumn + 1}` : frame;
    } catch {
      return frame;
    }
  });
}
process.on("uncaughtExceptionMonitor", (error) => {
  if (error && typeof error.stack === "string") process.stderr.write(mapped(error.stack) + "\n\n");
});

// 4. Where each object is declared. Moose-lib keeps too little of it: a line that
//    several declarations can share, for views only the file. So whatever comes into
//    its registries is written down with its place in the .ts file: that of the
//    innermost frame in the compiled project, when the source map has an entry for
//    exactly this column. Anything else is not certain and written without a place.
const declarations = process.env.MOOSE_MIGRATE_DECLARATIONS;
delete process.env.MOOSE_MIGRATE_DECLARATIONS;

function callSites() {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = Infinity;
    Error.prepareStackTrace = (_, sites) => sites;
    const holder = {};
    Error.captureStackTrace(holder, callSites);
    return holder.stack;
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function place(compiled) {
  for (const site of callSites()) {
    const where = site.getFileName();
    if (!where) continue;
    const file = plainPath(where);
    if (!file.startsWith(compiled)) continue;
    const [line, column] = [site.getLineNumber(), site.getColumnNumber()];
    const found = entry(file, line, column);
    if (!found || found.generatedLine !== line - 1 || found.generatedColumn !== column - 1) return {};
    return { file: found.source, line: found.originalLine + 1 };
  }
  return {};
}

if (outDir && declarations && /moose-runner/.test(process.argv[1] || "")) {
  const log = fs.openSync(declarations, "a");
  const compiled = fs.realpathSync(path.resolve(outDir)) + path.sep;
  const text = (value) => (typeof value === "string" ? value : "");
  const added = (section, key, value) => {
    const { name, database, config } = value;
    const record = {
      section: section === "streams" ? "topics" : section,
      name: text(name) || key,
      version: text(config?.version),
      database: text(database) || text(config?.database),
      ...place(compiled),
    };
    fs.writeSync(log, JSON.stringify(record) + "\n");
  };
  const watched = new WeakSet();
  const watch = (section, map) => {
    if (!(map instanceof Map) || watched.has(map)) return;
    watched.add(map);
    const set = map.set;
    map.set = function (key, value) {
      const result = set.call(this, key, value);
      try {
        added(section, key, value);
      } catch {} // a place that is not known is left out
      return result;
    };
  };
  // The one name under which moose-lib keeps its registries, whichever copy of it
  // the main file imports.
  let registries;
  Object.defineProperty(globalThis, "moose_internal", {
    configurable: true,
    enumerable: true,
    get: () => registries,
    set(value) {
      registries = value;
      for (const [section, map] of Object.entries(value ?? {})) watch(section, map);
    },
  });
}
