package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tolok/web/auth"
)

// auditState is what `tolok verify --accounts` found.
type auditState struct {
	Entries uint64 `json:"last"` // number of the last entry
	Head    string `json:"head"` // its hash: noted elsewhere, it proves the log later
	Signed  bool   `json:"signed"`
	Broken  string `json:"broken,omitempty"`
	Mend    string `json:"mend,omitempty"`
}

// verifyAudit checks a copy of the log, so that it may be asked while the
// program serves: the chain alone where the key is not in the folder, the
// signatures and the end too where it is.
func verifyAudit(dir string) (*auditState, error) {
	aside, err := os.MkdirTemp("", "tolok-verify-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(aside)
	if err := auth.Copy(dir, aside); err != nil {
		return nil, err
	}
	head, err := readChain(filepath.Join(aside, auth.FileAudit))
	if err != nil {
		return broken(err)
	}
	s := &auditState{Entries: head.Seq, Head: head.Hash}
	key, err := os.ReadFile(filepath.Join(dir, auth.FileKey))
	if errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(aside, auth.FileKey), key, 0o600)
	}
	if err != nil {
		return nil, err
	}
	if err := checkSigned(aside); err != nil {
		return broken(err)
	}
	s.Signed = true
	return s, nil
}

func readChain(path string) (auth.Head, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return auth.Head{}, nil
	}
	if err != nil {
		return auth.Head{}, err
	}
	defer f.Close()
	return auth.VerifyChain(f)
}

func checkSigned(dir string) error {
	store, err := auth.Open(dir, auth.Options{})
	if err != nil {
		return err
	}
	defer store.Close()
	log, err := store.OpenAudit(filepath.Join(dir, auth.FileAudit))
	if err != nil {
		return err
	}
	defer log.Close()
	return log.Check()
}

// broken tells a log that was changed from one that cannot be read.
func broken(err error) (*auditState, error) {
	var b *auth.Broken
	if !errors.As(err, &b) {
		return nil, err
	}
	return &auditState{Broken: b.Error(), Mend: "compare with a copy that was shipped elsewhere; entries after this one prove nothing"}, nil
}

func (s *auditState) print(out io.Writer) {
	switch {
	case s == nil:
	case s.Broken != "":
		fmt.Fprintf(out, "%s; %s\n", s.Broken, s.Mend)
	case s.Signed:
		fmt.Fprintf(out, "audit log whole to entry %d, signed; head %s\n", s.Entries, s.Head)
	default:
		fmt.Fprintf(out, "audit log whole to entry %d; head %s (without accounts.key its end cannot be proved)\n", s.Entries, s.Head)
	}
}
