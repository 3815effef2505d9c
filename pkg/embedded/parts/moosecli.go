package parts

import (
	"context"
	_ "embed"
	"os"
	"path/filepath"
	"runtime"
)

var (
	//go:embed locks/moose-cli/package.json
	mooseCLIManifest []byte
	//go:embed locks/moose-cli/package-lock.json
	mooseCLILock []byte
)

// MooseCLI is the published Moose CLI with a moose-lib whose native Kafka
// binding is built, so that it can load TypeScript projects.
type MooseCLI struct {
	Bin         string // path of the program moose-cli
	NodeModules string // to be linked into the TypeScript project
}

// MooseCLI installs @514labs/moose-cli and @514labs/moose-lib from npm and
// builds the Kafka binding against the system's OpenSSL and zlib: built any
// other way, its install script downloads from outside the registry.
func (s *Store) MooseCLI(ctx context.Context) (MooseCLI, error) {
	const part = "moose-cli"
	key := MooseVersion + "-" + shortHash(append(append([]byte(runtime.GOARCH), mooseCLIManifest...), mooseCLILock...))
	dir, err := s.Build(ctx, "Moose CLI "+MooseVersion+" from npm", part, key, func(ctx context.Context, tmp, _ string) error {
		if err := s.bindingTools(ctx); err != nil {
			return err
		}
		for name, data := range map[string][]byte{"package.json": mooseCLIManifest, "package-lock.json": mooseCLILock} {
			if err := os.WriteFile(filepath.Join(tmp, name), data, 0o644); err != nil {
				return err
			}
		}
		if err := s.npmInstall(ctx, part, tmp); err != nil {
			return err
		}
		_, err := s.run(ctx, client{
			part: part, program: "npm", dir: tmp,
			args:   []string{"rebuild", "@514labs/kafka-javascript", "--loglevel=error"},
			env:    append([]string{"CKJS_LINKING=dynamic"}, s.nodeHeaders()...),
			remedy: "The build needs g++, make, python3 and the headers of Node, OpenSSL and zlib.",
		})
		return err
	})
	if err != nil {
		return MooseCLI{}, err
	}
	modules := filepath.Join(dir, "node_modules")
	return MooseCLI{Bin: filepath.Join(modules, ".bin", "moose-cli"), NodeModules: modules}, nil
}

// bindingTools makes sure that the Kafka binding can be built.
func (s *Store) bindingTools(ctx context.Context) error {
	return s.debian(ctx, "moose-cli", func() bool {
		for _, program := range []string{"g++", "make", "python3"} {
			if _, err := s.env.lookPath(program); err != nil {
				return false
			}
		}
		return isFile("/usr/include/openssl/ssl.h") && isFile("/usr/include/zlib.h")
	}, "g++", "make", "python3", "libssl-dev", "zlib1g-dev")
}

// nodeHeaders points node-gyp at the headers beside the installed Node, when
// they are there; without them it downloads them.
func (s *Store) nodeHeaders() []string {
	node, err := s.env.lookPath("node")
	if err != nil {
		return nil
	}
	if node, err = filepath.EvalSymlinks(node); err != nil {
		return nil
	}
	prefix := filepath.Dir(filepath.Dir(node))
	if !isFile(filepath.Join(prefix, "include", "node", "node.h")) {
		return nil
	}
	return []string{"npm_config_nodedir=" + prefix}
}
