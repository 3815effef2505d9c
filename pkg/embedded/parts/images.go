package parts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Names of the images that the Dockerfile of the action starts from.
const (
	GoImage   = "docker.io/library/golang:1.26-bookworm"
	NodeImage = "docker.io/library/node:20-trixie-slim"
)

// EnvImages names the variable that says where base images come from: "pull"
// takes the real ones from their registry, everything else makes stand-ins.
const EnvImages = "MOOSE_TEST_IMAGES"

const (
	imagesPart = "base images"
	baseImage  = "docker.io/library/debian:trixie-slim"
	debianName = "trixie"
	// standInLabel holds the key of the recipe that made a stand-in.
	standInLabel = "moose-migrate.stand-in"
)

// Images returns a podman that has GoImage and NodeImage. Where registries
// cannot be reached they are stand-ins of the same names: Debian from its
// mirror with this machine's Go, or Node with npm and corepack, and the
// certificates that this machine trusts, so that the unmodified Dockerfile
// builds on them. The first time takes about a minute.
func (s *Store) Images(ctx context.Context) (Podman, error) {
	p, err := s.Podman(ctx)
	if err != nil {
		return Podman{}, err
	}
	lock, err := s.lock(ctx, filepath.Join(s.dir, "images.lock"), imagesPart)
	if err != nil {
		return Podman{}, err
	}
	defer lock.release()
	if s.env.get(EnvImages) == "pull" {
		return p, s.pullImages(ctx, p)
	}
	r, err := s.standInRecipe(ctx)
	if err != nil {
		return Podman{}, err
	}
	if s.hasStandIns(ctx, p, r.key) {
		return p, nil
	}
	done := s.report("making stand-ins of the " + imagesPart)
	err = s.makeStandIns(ctx, p, r)
	done(err)
	if err != nil {
		return Podman{}, fmt.Errorf("making stand-ins of the %s: %w", imagesPart, err)
	}
	return p, nil
}

func (s *Store) pullImages(ctx context.Context, p Podman) error {
	for _, image := range []string{GoImage, NodeImage} {
		if _, err := s.podman(ctx, p, "", "pull", "--quiet", "--policy=missing", image); err != nil {
			return err
		}
	}
	return nil
}

// standIn says what the stand-ins are made of.
type standIn struct {
	goRoot string
	node   string // program
	npm    string // folder of the package
	core   string // folder of the package corepack
	key    string // changes with any of them
}

func (s *Store) standInRecipe(ctx context.Context) (standIn, error) {
	var r standIn
	goRoot, err := s.run(ctx, client{part: imagesPart, program: "go", args: []string{"env", "GOROOT"}, remedy: "Install Go."})
	if err != nil {
		return r, err
	}
	r.goRoot = strings.TrimSpace(goRoot)
	version, err := os.ReadFile(filepath.Join(r.goRoot, "VERSION"))
	if err != nil {
		return r, fmt.Errorf("reading the version of Go: %w", err)
	}
	sum := sha256.New()
	sum.Write(version)
	if r.node, err = s.realPath("node"); err != nil {
		return r, err
	}
	info, err := os.Stat(r.node)
	if err != nil {
		return r, fmt.Errorf("looking for node: %w", err)
	}
	fmt.Fprintln(sum, info.Size(), info.ModTime().UnixNano())
	for program, dir := range map[string]*string{"npm": &r.npm, "corepack": &r.core} {
		path, err := s.realPath(program)
		if err != nil {
			return r, err
		}
		*dir = filepath.Dir(filepath.Dir(path))
	}
	for _, dir := range []string{r.npm, r.core} {
		manifest, err := os.ReadFile(filepath.Join(dir, "package.json"))
		if err != nil {
			return r, &Unavailable{Part: imagesPart, Why: "there is no Node package in " + dir, Remedy: "Install Node as nodejs.org gives it, with npm and corepack.", Err: err}
		}
		sum.Write(manifest)
	}
	for _, text := range []string{goStandIn, nodeStandIn, aptClean, strings.Join(trimmed, " ")} {
		fmt.Fprintln(sum, text)
	}
	r.key = hex.EncodeToString(sum.Sum(nil))[:16]
	return r, nil
}

// realPath is the file behind a program on PATH.
func (s *Store) realPath(program string) (string, error) {
	link, err := s.env.lookPath(program)
	if err != nil {
		return "", &Unavailable{Part: imagesPart, Why: program + " is not on PATH", Remedy: "Install Node 20 or newer with npm and corepack.", Err: err}
	}
	path, err := filepath.EvalSymlinks(link)
	if err != nil {
		return "", fmt.Errorf("looking for %s: %w", program, err)
	}
	return path, nil
}

func (s *Store) hasStandIns(ctx context.Context, p Podman, key string) bool {
	for _, image := range []string{GoImage, NodeImage} {
		got, err := s.podman(ctx, p, "", "image", "inspect", "--format", `{{index .Labels "`+standInLabel+`"}}`, image)
		if err != nil || got != key {
			return false
		}
	}
	return true
}
