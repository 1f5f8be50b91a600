package main

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tolok/data/lake"
	"tolok/web/auth"
)

// Names inside a backup. The lake's folder is kept as it is.
const (
	inLake     = "lake"
	inAccounts = "accounts"
)

func backupCommand() *cobra.Command {
	var dir, accounts string
	var withKey bool
	c := &cobra.Command{
		Use:   "backup FILE.tar",
		Short: "Save lake and accounts in one file, while the program serves",
		Long: `Saves lake, accounts and audit log in one file, as they stood at one moment;
the program may go on serving and taking in.

The key of the accounts is left out: whoever has both can read every secret in
them. Keep a copy of accounts.key elsewhere, or say --with-key and guard the
file as you guard the machine.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			n, err := backup(c.Context(), args[0], dir, accounts, withKey)
			if err != nil {
				return &failure{exitNothing, err}
			}
			fmt.Fprintf(c.OutOrStdout(), "%d files saved in %s\n", n, args[0])
			if accounts != "" && !withKey {
				fmt.Fprintf(c.OutOrStdout(), "without the key: keep a copy of %s elsewhere, a backup of accounts is worth nothing without it\n", filepath.Join(accounts, auth.FileKey))
			}
			return nil
		},
	}
	c.Flags().StringVar(&dir, "lake", "", "the lake's folder")
	c.Flags().StringVar(&accounts, "accounts", "", "folder of accounts (default: the lake alone)")
	c.Flags().BoolVar(&withKey, "with-key", false, "put the key of the accounts in too")
	_ = c.MarkFlagRequired("lake")
	return c
}

// backup writes aside and renames: a file of that name is whole.
func backup(ctx context.Context, to, dir, accounts string, withKey bool) (n int, err error) {
	aside := to + ".part"
	f, err := os.OpenFile(aside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, fmt.Errorf("%w; remove it if no other backup is under way", err)
	}
	b := &archive{ctx: ctx, tar: tar.NewWriter(f)}
	err = b.addLake(dir)
	if err == nil && accounts != "" {
		err = b.addAccounts(accounts, withKey)
	}
	if err = errors.Join(err, b.tar.Close(), f.Sync(), f.Close()); err != nil {
		return 0, errors.Join(err, os.Remove(aside))
	}
	return b.files, os.Rename(aside, to)
}

// archive is a backup that is being written.
type archive struct {
	ctx   context.Context
	tar   *tar.Writer
	files int
}

// addLake saves CURRENT as it is now, the manifests that exist now, and then
// every data file. Files never change, and a manifest is published after its
// data: whatever is committed meanwhile, all that the saved manifests name is
// there. What is served and staged is made anew.
func (b *archive) addLake(dir string) error {
	if _, err := lake.Open(dir).Current(); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	current, err := os.ReadFile(filepath.Join(dir, "CURRENT"))
	if err != nil {
		return err
	}
	manifests, err := filepath.Glob(filepath.Join(dir, "manifest", "*.json"))
	if err != nil {
		return err
	}
	err = filepath.WalkDir(filepath.Join(dir, "data"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		return b.addFile(dir, name)
	})
	if err != nil {
		return err
	}
	for _, name := range manifests {
		if err := b.addFile(dir, name); err != nil {
			return err
		}
	}
	return b.add(path.Join(inLake, "CURRENT"), int64(len(current)), strings.NewReader(string(current)))
}

func (b *archive) addFile(dir, name string) error {
	within, err := filepath.Rel(dir, name)
	if err != nil {
		return err
	}
	return b.addPath(path.Join(inLake, filepath.ToSlash(within)), name)
}

func (b *archive) addPath(as, name string) error {
	if err := b.ctx.Err(); err != nil {
		return err
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return b.add(as, info.Size(), f)
}

func (b *archive) add(as string, size int64, r io.Reader) error {
	if err := b.tar.WriteHeader(&tar.Header{Name: as, Mode: 0o600, Size: size, Typeflag: tar.TypeReg, Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err := io.CopyN(b.tar, r, size)
	b.files++
	return err
}

func (b *archive) addAccounts(dir string, withKey bool) error {
	aside, err := os.MkdirTemp("", "tolok-backup-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(aside)
	if err := auth.Copy(dir, aside); err != nil {
		return err
	}
	for _, name := range []string{auth.FileDB, auth.FileAudit} {
		err := b.addPath(path.Join(inAccounts, name), filepath.Join(aside, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if withKey {
		return b.addPath(path.Join(inAccounts, auth.FileKey), filepath.Join(dir, auth.FileKey))
	}
	return nil
}

func restoreCommand() *cobra.Command {
	var dir, accounts, key string
	c := &cobra.Command{
		Use:   "restore FILE.tar",
		Short: "Put back a backup into empty folders, and verify it",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := restore(args[0], dir, accounts, key); err != nil {
				return &failure{exitNothing, err}
			}
			fmt.Fprintf(c.OutOrStdout(), "restored; now check it: tolok verify --lake %s", dir)
			if accounts != "" {
				fmt.Fprintf(c.OutOrStdout(), " --accounts %s", accounts)
			}
			fmt.Fprintln(c.OutOrStdout())
			return nil
		},
	}
	c.Flags().StringVar(&dir, "lake", "", "folder for the lake; it must be empty or not there")
	c.Flags().StringVar(&accounts, "accounts", "", "folder for the accounts; likewise")
	c.Flags().StringVar(&key, "key", "", "the copy of accounts.key that was kept elsewhere")
	_ = c.MarkFlagRequired("lake")
	return c
}

func restore(from, dir, accounts, key string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	roots := map[string]*os.Root{}
	for name, folder := range map[string]string{inLake: dir, inAccounts: accounts} {
		if folder == "" {
			continue
		}
		root, err := emptyFolder(folder)
		if err != nil {
			return err
		}
		defer root.Close()
		roots[name] = root
	}
	if err := unpack(tar.NewReader(f), roots); err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	if key == "" || accounts == "" {
		return nil
	}
	b, err := os.ReadFile(key)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(accounts, auth.FileKey), b, 0o600)
}

func emptyFolder(dir string) (*os.Root, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 {
		return nil, fmt.Errorf("%s is not empty: restore into a new folder, verify it, and then move it into place", dir)
	}
	return os.OpenRoot(dir)
}

// unpack writes what a backup holds, and nothing outside its folders.
func unpack(r *tar.Reader, roots map[string]*os.Root) error {
	current := ""
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("the backup cannot be read: %w", err)
		}
		top, name, _ := strings.Cut(h.Name, "/")
		if h.Typeflag != tar.TypeReg || !slices.Contains([]string{inLake, inAccounts}, top) || !fs.ValidPath(name) {
			return fmt.Errorf("%q is nothing that tolok backup writes", h.Name)
		}
		root := roots[top]
		if root == nil {
			continue
		}
		if top == inLake && name == "CURRENT" {
			current = name + ".part" // it makes the lake one: last of all
			name = current
		}
		if err := writeWithin(root, name, r); err != nil {
			return err
		}
	}
	if current == "" {
		return errors.New("the backup is cut off: it has no CURRENT")
	}
	return roots[inLake].Rename(current, "CURRENT")
}

func writeWithin(root *os.Root, name string, r io.Reader) error {
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}
