package parts

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// goStandIn is built in Go's own folder.
const goStandIn = `FROM ` + baseImage + `
COPY bin /usr/local/go/bin
COPY pkg /usr/local/go/pkg
COPY src /usr/local/go/src
COPY lib /usr/local/go/lib
COPY VERSION go.env /usr/local/go/
ENV PATH=/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin GOPATH=/go GOTOOLCHAIN=local
WORKDIR /go
`

// nodeStandIn is built in a folder with node, npm and corepack. Mirrors of npm
// may serve no signatures, which corepack would insist on.
const nodeStandIn = `FROM ` + baseImage + `
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY corepack /usr/local/lib/node_modules/corepack
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
 && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
 && ln -s ../lib/node_modules/corepack/dist/corepack.js /usr/local/bin/corepack
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt COREPACK_INTEGRITY_CHECK=0
CMD ["node"]
`

// trimmed is what Debian's slim images leave out.
var trimmed = []string{"var/cache/apt/archives", "var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/info"}

// aptClean keeps packages and indexes out of layers, as Debian's images for
// Docker do.
const aptClean = `DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/*.bin || true"; };
APT::Keep-Downloaded-Packages "false";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
`

// hostCertificates are those that an administrator added to the system's.
const hostCertificates = "/usr/local/share/ca-certificates"

func (s *Store) makeStandIns(ctx context.Context, p Podman, r standIn) error {
	err := s.debian(ctx, imagesPart, func() bool {
		_, err := s.env.lookPath("debootstrap")
		return err == nil
	}, "debootstrap", "debian-archive-keyring")
	if err != nil {
		return err
	}
	if !s.root {
		return &Unavailable{
			Part: imagesPart, Why: "making stand-ins with debootstrap needs root",
			Remedy: "Run `moose-parts fetch --only images` as root, or set " + EnvImages + "=pull to take the real images from their registry.",
		}
	}
	tmp := filepath.Join(s.dir, "images.partial")
	clear := func() error {
		// A debootstrap that was killed leaves these mounted.
		for _, name := range []string{"proc", "sys"} {
			_, _ = s.run(context.WithoutCancel(ctx), client{program: "umount", args: []string{"-l", filepath.Join(tmp, "root", name)}})
		}
		return os.RemoveAll(tmp)
	}
	if err := clear(); err != nil {
		return err
	}
	defer func() { _ = clear() }()
	if err := s.makeDebian(ctx, p, tmp); err != nil {
		return err
	}
	files := filepath.Join(tmp, "node")
	if err := os.MkdirAll(files, 0o755); err != nil {
		return err
	}
	for _, from := range []struct{ path, name string }{{r.node, "node"}, {r.npm, "npm"}, {r.core, "corepack"}} {
		if _, err := s.run(ctx, client{part: imagesPart, program: "cp", args: []string{"-a", from.path, filepath.Join(files, from.name)}, remedy: "See what cp says."}); err != nil {
			return err
		}
	}
	for _, image := range []struct{ name, recipe, folder string }{{GoImage, goStandIn, r.goRoot}, {NodeImage, nodeStandIn, files}} {
		recipe := filepath.Join(tmp, "Dockerfile")
		if err := os.WriteFile(recipe, []byte(image.recipe), 0o644); err != nil {
			return err
		}
		_, err := s.podman(ctx, p, tmp, "build", "--quiet", "--isolation=chroot", "--layers=false", "--label", standInLabel+"="+r.key,
			"--tag", image.name, "--file", recipe, image.folder)
		if err != nil {
			return err
		}
	}
	return nil
}

// makeDebian makes baseImage, working in dir.
func (s *Store) makeDebian(ctx context.Context, p Podman, dir string) error {
	root := filepath.Join(dir, "root")
	call := func(program string, args ...string) error {
		_, err := s.run(ctx, client{part: imagesPart, program: program, args: args, remedy: "See what " + program + " says; it needs Debian's mirror to answer."})
		return err
	}
	if err := os.MkdirAll(root, 0o755); err != nil {
		return err
	}
	if err := call("debootstrap", "--variant=minbase", "--include=ca-certificates", debianName, root, s.debianMirror(ctx)); err != nil {
		return err
	}
	for _, name := range trimmed {
		if err := os.RemoveAll(filepath.Join(root, name)); err != nil {
			return err
		}
	}
	// apt wants these two to exist.
	for _, name := range trimmed[:2] {
		if err := os.MkdirAll(filepath.Join(root, name, "partial"), 0o755); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(root, "etc/apt/apt.conf.d/docker-clean"), []byte(aptClean), 0o644); err != nil {
		return err
	}
	if err := trustSameCertificates(root); err != nil {
		return err
	}
	if err := call("chroot", root, "update-ca-certificates"); err != nil {
		return err
	}
	archive := filepath.Join(dir, "root.tar")
	if err := call("tar", "--one-file-system", "-C", root, "-cf", archive, "."); err != nil {
		return err
	}
	if err := os.RemoveAll(root); err != nil {
		return err
	}
	_, err := s.podman(ctx, p, dir, "import", "--quiet", archive, baseImage)
	return err
}

func trustSameCertificates(root string) error {
	found, err := filepath.Glob(filepath.Join(hostCertificates, "*.crt"))
	if err != nil {
		return err
	}
	for _, path := range found {
		data, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("reading a certificate of this machine: %w", err)
		}
		if err := os.WriteFile(filepath.Join(root, hostCertificates, filepath.Base(path)), data, 0o644); err != nil {
			return fmt.Errorf("adding a certificate of this machine: %w", err)
		}
	}
	return nil
}

// debianMirror is the mirror that apt uses, if it is one of Debian's.
func (s *Store) debianMirror(ctx context.Context) string {
	out, err := s.run(ctx, client{part: imagesPart, program: "apt-get", args: []string{"indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"}})
	if err == nil {
		for line := range strings.Lines(out) {
			if uri := strings.TrimRight(strings.TrimSpace(line), "/"); strings.HasPrefix(uri, "http") && strings.HasSuffix(uri, "/debian") {
				return uri
			}
		}
	}
	return "http://deb.debian.org/debian"
}
