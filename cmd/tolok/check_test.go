package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// check runs `tolok check` on files given as "name: content".
func check(t *testing.T, files map[string]string, args ...string) (status int, out string) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	c := checkCommand()
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetArgs(append(args, dir))
	c.SetOut(&b)
	err := c.ExecuteContext(t.Context())
	var f *failure
	switch {
	case errors.As(err, &f):
		return f.status, b.String()
	case err != nil:
		t.Fatal(err)
	}
	return exitOK, b.String()
}

const checkHosts = "unit_id,cycle,capacity,office_contact\nU-001,2024,5,\n"

func TestCheck(t *testing.T) {
	broken := checkHosts + "U-002,2024,banyak,\n"
	for _, c := range []struct {
		name   string
		files  map[string]string
		args   []string
		status int
		want   []string
	}{
		{"a sound file of units registered elsewhere", map[string]string{"hosts.csv": checkHosts}, nil, exitOK, []string{"periksa  hosts.csv, baris 2, kolom unit_id", "ditinggalkan"}},
		{"a row left out", map[string]string{"hosts.csv": broken}, nil, exitPartial, []string{"DITINGGALKAN  hosts.csv, baris 3, kolom capacity: \"banyak\" bukan angka. Tulis angka saja"}},
		{"in English", map[string]string{"hosts.csv": broken}, []string{"--lang", "en"}, exitPartial, []string{"LEFT OUT  hosts.csv, line 3, column capacity: \"banyak\" is not a number. Write a number only"}},
		{"a file that cannot be read", map[string]string{"a.parquet": "PAR1"}, []string{"--lang=en"}, exitPartial, []string{"FAILED  a.parquet"}},
		{"a folder without files", nil, nil, exitNothing, nil},
		{"a language nobody speaks here", map[string]string{"hosts.csv": checkHosts}, []string{"--lang", "fr"}, exitUsage, nil},
		{"a layer that is none", map[string]string{"hosts.csv": checkHosts}, []string{"--layer", "itjen"}, exitUsage, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, out := check(t, c.files, c.args...)
			if status != c.status {
				t.Errorf("exit %d, want %d\n%s", status, c.status, out)
			}
			for _, w := range c.want {
				if !strings.Contains(out, w) {
					t.Errorf("output lacks %q:\n%s", w, out)
				}
			}
		})
	}
}

func TestCheckJSON(t *testing.T) {
	_, out := check(t, map[string]string{"hosts.csv": checkHosts + "U-001,2024,banyak,\n"}, "--json")
	var got struct {
		Summary struct {
			Datasets map[string]map[string]int `json:"datasets"`
		} `json:"summary"`
		Problems []checkProblem `json:"problems"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if n := got.Summary.Datasets["hosts"]; n["read"] != 2 || n["put"] != 1 || n["left_out"] != 1 {
		t.Errorf("summary %v", got.Summary)
	}
	for _, name := range []string{`"code": "bad-number"`, `"source": 1`, `"subject": "U-001|2024"`, `"line": 3`, `"place": "hosts.csv, `} {
		if !strings.Contains(out, name) {
			t.Errorf("no %s in\n%s", name, out)
		}
	}
	p := got.Problems[len(got.Problems)-1]
	if p.Code != "bad-number" || p.File != "hosts.csv" || p.Line != 3 || p.Field != "capacity" || p.Text == "" || p.Mend == "" || p.Place == "" {
		t.Errorf("problem %+v", p)
	}
}
