# Runs moose_lib.dmv2_serializer as `python -m` does, and writes where each object
# is declared: moose-lib keeps no line, and for some objects no file.
import importlib.machinery
import json
import os
import runpy
import sys

REGISTRY = "moose_lib.dmv2._registry"
SECTIONS = {
    "_tables": "tables",
    "_streams": "topics",
    "_ingest_apis": "ingestApis",
    "_apis": "apis",
    "_sql_resources": "sqlResources",
    "_workflows": "workflows",
    "_web_apps": "webApps",
    "_materialized_views": "materializedViews",
    "_views": "views",
    "_olap_dictionaries": "olapDictionaries",
}


class Watcher:
    """Import hook: the registries of moose-lib become dictionaries that write down who adds to them."""

    def __init__(self, path):
        self.root = os.path.realpath(os.getcwd()) + os.sep
        self.log = open(path, "a", encoding="utf-8")

    def find_spec(self, name, path=None, target=None):
        if name != REGISTRY:
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            for attribute, section in SECTIONS.items():
                if type(getattr(module, attribute, None)) is dict:
                    setattr(module, attribute, Registry(self, section))

        spec.loader.exec_module = exec_module
        return spec

    def added(self, section, key, value, frame):
        config = getattr(value, "config", None)
        record = {"section": section, "name": text(value, "name") or key, "version": text(config, "version")}
        record["database"] = text(value, "database") or text(config, "database")
        while frame is not None and not self.own(frame.f_code.co_filename):
            frame = frame.f_back
        if frame is not None:
            record["file"] = os.path.realpath(frame.f_code.co_filename)
            record["line"] = frame.f_lineno
        self.log.write(json.dumps(record) + "\n")
        self.log.flush()

    def own(self, file):
        if "<" in file or "site-packages" in file or "moose_lib" in file:
            return False
        return os.path.realpath(file).startswith(self.root)


class Registry(dict):
    def __init__(self, watcher, section):
        super().__init__()
        self.watcher, self.section = watcher, section

    def __setitem__(self, key, value):
        super().__setitem__(key, value)
        try:
            self.watcher.added(self.section, key, value, sys._getframe(1))
        except Exception:  # a place that is not known is left out
            pass


def text(value, attribute):
    found = getattr(value, attribute, None)
    return found if isinstance(found, str) else ""


if sys.path[0] == "":
    sys.path[0] = os.getcwd()
try:
    sys.meta_path.insert(0, Watcher(os.environ.pop("MOOSE_MIGRATE_DECLARATIONS")))
except (KeyError, OSError):
    pass
runpy.run_module("moose_lib.dmv2_serializer", run_name="__main__", alter_sys=True)
