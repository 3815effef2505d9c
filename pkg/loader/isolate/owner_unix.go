//go:build unix

package isolate

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// ownerOf is the user and group that a folder belongs to; false when this process is not
// root, or the folder is root's: then a child is who this process is.
func ownerOf(dir string) (uid, gid uint32, ok bool) {
	if dir == "" || os.Geteuid() != 0 {
		return 0, 0, false
	}
	info, err := os.Stat(dir)
	if err != nil {
		return 0, 0, false
	}
	s, ok := info.Sys().(*syscall.Stat_t)
	return s.Uid, s.Gid, ok && s.Uid != 0
}

// becomeOwner runs the child as the owner of a folder, without any further group: in a
// container action this process is root, which may ask the container engine for its own
// environment.
func becomeOwner(cmd *exec.Cmd, dir string) {
	if uid, gid, ok := ownerOf(dir); ok {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uid, Gid: gid, Groups: []uint32{}}
	}
}

// Give lets children that run as the owner of a folder use other files and folders, too,
// with all that they hold. It does nothing where children run as this process.
func Give(dir string, paths ...string) error {
	uid, gid, ok := ownerOf(dir)
	if !ok {
		return nil
	}
	for _, path := range paths {
		err := filepath.WalkDir(path, func(p string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Lchown(p, int(uid), int(gid))
		})
		if err != nil {
			return err
		}
	}
	return nil
}
