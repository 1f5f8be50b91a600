package web

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"runtime/debug"
	"sync"
)

// program names this build of the program, so that a browser never keeps a
// page that another build made: the commit it was built from, or, where the
// compiler was not told or there were changes on top, a hash of the executable
// itself. It is read once.
var program = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if ok {
		if id := committed(info.Settings); id != "" {
			return id
		}
	}
	path, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	id, err := fileHash(path)
	if err != nil {
		return "unknown"
	}
	return id
})

// committed is the commit that the program was built from with nothing changed
// on top; "" where that is not known. A changed tree has no name of its own.
func committed(settings []debug.BuildSetting) string {
	at := map[string]string{}
	for _, s := range settings {
		at[s.Key] = s.Value
	}
	revision := at["vcs.revision"]
	if at["vcs.modified"] != "false" || len(revision) < 12 {
		return ""
	}
	return revision[:12]
}

func fileHash(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil))[:12], nil
}
