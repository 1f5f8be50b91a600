package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

// tinyLake is a lake with one agency and two units.
func tinyLake(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"agencies.csv": "agency_id,name,kind\nK1,Satu,kementerian\n",
		"units.csv":    "unit_id,agency_id,name,unit_type\nu1,K1,Kantor Satu,rsud\nu2,K1,Kantor Dua,rsud\n",
	}
	args := []string{"ingest", "--lake", filepath.Join(dir, "lake")}
	for name, text := range files {
		noErr(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
		args = append(args, filepath.Join(dir, name))
	}
	must(t, args...)
	return filepath.Join(dir, "lake")
}

func noErr(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// shared takes what the program writes while a test reads it.
type shared struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// serving is the program while it serves.
type serving struct {
	t        *testing.T
	out, err shared
	stop     context.CancelFunc
	done     chan int
	url      string
	http     *http.Client
}

// start runs a command that serves, and waits for its address.
func start(t *testing.T, args ...string) *serving {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &serving{t: t, stop: stop, done: make(chan int, 1)}
	go func() { s.done <- run(ctx, args, &s.out, &s.err) }()
	t.Cleanup(stop)
	said := regexp.MustCompile(`Tolok: (https?://\S+)/\n`)
	for range 400 {
		if m := said.FindStringSubmatch(s.out.String()); m != nil {
			s.url = m[1]
			break
		}
		select {
		case status := <-s.done:
			t.Fatalf("tolok %s: exit %d\n%s", strings.Join(args, " "), status, s.err.String())
		case <-time.After(25 * time.Millisecond):
		}
	}
	jar, err := cookiejar.New(nil)
	noErr(t, err)
	s.http = &http.Client{Jar: jar}
	return s
}

// end stops the program and expects it to end well.
func (s *serving) end() {
	s.t.Helper()
	s.http.CloseIdleConnections()
	s.stop()
	if status := <-s.done; status != exitOK {
		s.t.Errorf("exit %d\n%s", status, s.err.String())
	}
}

func (s *serving) get(address string) (int, string) {
	s.t.Helper()
	r, err := s.http.Get(address)
	noErr(s.t, err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	noErr(s.t, err)
	return r.StatusCode, string(b)
}

func (s *serving) post(path string, form url.Values) (int, string) {
	s.t.Helper()
	r, err := s.http.PostForm(s.url+path, form)
	noErr(s.t, err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	noErr(s.t, err)
	return r.StatusCode, string(b)
}

var setupLink = regexp.MustCompile(`(https?://\S+/invitation)\?token=(\S+)`)

// From the first start to a restored backup: the printed link makes the first
// administrator, a backup is taken while the program serves, what was restored
// is verified and serves again, and a changed audit log is found.
func TestFirstStartBackupRestore(t *testing.T) {
	lake := tinyLake(t)
	accounts := filepath.Join(filepath.Dir(lake), "accounts") // the default: beside the lake
	s := start(t, "serve", "--lake", lake, "--addr", "127.0.0.1:0", "--log-format", "json", "--metrics-addr", "127.0.0.1:0")
	link := setupLink.FindStringSubmatch(s.out.String())
	if link == nil {
		t.Fatalf("no set-up link in:\n%s", s.out.String())
	}
	if code, body := s.get(link[0]); code != 200 || !strings.Contains(body, "administrator pertama") {
		t.Fatalf("the set-up link gives %d", code)
	}
	const password = "kereta malam ke solo"
	if code, body := s.post("/invitation", url.Values{"token": {link[2]}, "sign_in": {"admin@menpan.example"}, "name": {"Deputi"}, "password": {password}, "again": {password}}); code != 200 || !strings.Contains(body, "Kata sandi sudah disimpan") {
		t.Fatalf("set-up: %d %s", code, body)
	}
	if code, body := s.post("/sign-in", url.Values{"name": {"admin@menpan.example"}, "password": {password}, "to": {"/account"}}); code != 200 || !strings.Contains(body, "Akun saya") {
		t.Fatalf("sign-in: %d", code)
	}
	if code, _ := s.get(s.url + "/units/u1"); code != 200 {
		t.Errorf("a unit's page: %d", code)
	}
	for form, want := range map[string]string{
		"role=satker&unit=u1&agency=K2": "Di luar hak Anda", // the register says K1
		"role=satker&unit=u9":           "Tidak dikenal",
		"role=satker&unit=u1":           "/invitation?token=",
	} {
		v, err := url.ParseQuery(form + "&sign_in=satker@a.example&name=Satker")
		noErr(t, err)
		if _, body := s.post("/accounts/invite", v); !strings.Contains(body, want) {
			t.Errorf("inviting with %s: no %q", form, want)
		}
	}
	if status, _, errs := tolok(t, "account", "list", "--accounts", accounts); status != exitNothing || !strings.Contains(errs, "in use by another process") {
		t.Errorf("accounts were opened twice: %d %s", status, errs)
	}
	metrics := regexp.MustCompile(`"address":"([^"]+)"`).FindStringSubmatch(s.err.String())
	if metrics == nil {
		t.Fatalf("no address of the metrics in:\n%s", s.err.String())
	}
	if _, body := s.get("http://" + metrics[1] + "/metrics"); !strings.Contains(body, "tolok_snapshot_builds_total 1\n") {
		t.Errorf("metrics:\n%s", body)
	}

	kept := filepath.Join(t.TempDir(), "backup.tar")
	out := must(t, "backup", kept, "--lake", lake, "--accounts", accounts)
	if !strings.Contains(out, "without the key") {
		t.Errorf("said %s", out)
	}
	if code, _ := s.get(s.url + "/readyz"); code != 200 {
		t.Errorf("after the backup: %d", code)
	}
	s.end()
	for _, secret := range []string{password, link[2]} {
		if strings.Contains(s.err.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}

	to := t.TempDir()
	newLake, newAccounts := filepath.Join(to, "lake"), filepath.Join(to, "accounts")
	must(t, "restore", kept, "--lake", newLake, "--accounts", newAccounts, "--key", filepath.Join(accounts, "accounts.key"))
	if out := must(t, "verify", "--lake", newLake, "--accounts", newAccounts); !strings.Contains(out, "0 damaged") || !strings.Contains(out, "signed") {
		t.Errorf("verify:\n%s", out)
	}
	if out := must(t, "account", "list", "--accounts", newAccounts); !strings.Contains(out, "admin@menpan.example") {
		t.Errorf("restored accounts:\n%s", out)
	}
	again := start(t, "serve", "--lake", newLake, "--accounts", newAccounts, "--addr", "127.0.0.1:0")
	if strings.Contains(again.out.String(), "invitation") {
		t.Error("a set-up link is printed though there is an administrator")
	}
	if code, body := again.post("/sign-in", url.Values{"name": {"admin@menpan.example"}, "password": {password}, "to": {"/account"}}); code != 200 || !strings.Contains(body, "Akun saya") {
		t.Errorf("sign-in after the restore: %d", code)
	}
	again.end()
	if status, _, errs := tolok(t, "restore", kept, "--lake", newLake); status != exitNothing || !strings.Contains(errs, "not empty") {
		t.Errorf("restored over a lake: %d %s", status, errs)
	}

	path := filepath.Join(newAccounts, "audit.jsonl")
	b, err := os.ReadFile(path)
	noErr(t, err)
	noErr(t, os.WriteFile(path, bytes.Replace(b, []byte(`"action":"sign-in"`), []byte(`"action":"sign-up"`), 1), 0o600))
	if status, out, _ := tolok(t, "verify", "--lake", newLake, "--accounts", newAccounts); status != exitPartial || !strings.Contains(out, "audit log, line") {
		t.Errorf("a changed audit log: exit %d\n%s", status, out)
	}
}

// A backup that is cut off or leads elsewhere is refused.
func TestBadBackups(t *testing.T) {
	lake := tinyLake(t)
	kept := filepath.Join(t.TempDir(), "backup.tar")
	must(t, "backup", kept, "--lake", lake)
	b, err := os.ReadFile(kept)
	noErr(t, err)
	for name, content := range map[string][]byte{
		"cut.tar":  b[:len(b)/2],
		"away.tar": bytes.ReplaceAll(b, []byte("lake/CURRENT"), []byte("lake/../away")),
		"no.tar":   []byte("no archive"),
	} {
		path := filepath.Join(t.TempDir(), name)
		noErr(t, os.WriteFile(path, content, 0o600))
		to := filepath.Join(t.TempDir(), "lake")
		if status, _, _ := tolok(t, "restore", path, "--lake", to); status != exitNothing {
			t.Errorf("%s: exit %d", name, status)
		}
		if _, err := os.Stat(filepath.Join(to, "CURRENT")); err == nil {
			t.Errorf("%s became a lake", name)
		}
	}
	if status, _, _ := tolok(t, "backup", kept, "--lake", t.TempDir()); status != exitNothing {
		t.Error("an empty folder was saved")
	}
}

// Who sits at the machine manages accounts with the server stopped, and the
// audit log knows.
func TestAccountCommands(t *testing.T) {
	lake := tinyLake(t)
	accounts := filepath.Join(filepath.Dir(lake), "accounts")
	if status, _, _ := tolok(t, "account", "list", "--accounts", accounts); status != exitNothing {
		t.Error("a folder that is not there was made")
	}
	start(t, "serve", "--lake", lake, "--addr", "127.0.0.1:0").end()
	if out := must(t, "account", "setup-link", "--accounts", accounts, "--base-url", "https://tolok.example"); !strings.HasPrefix(out, "https://tolok.example/invitation?token=") {
		t.Errorf("said %s", out)
	}
	if out := must(t, "account", "invite", "itjen@a.example", "--role", "instansi", "--agency", "K1", "--name", "Itjen", "--accounts", accounts); !strings.Contains(out, "/invitation?token=") {
		t.Errorf("said %s", out)
	}
	for _, args := range [][]string{{"reset", "nobody@a.example"}, {"disable", "nobody@a.example"}, {"invite", "x@a.example", "--role", "king", "--name", "X"}} {
		if status, _, errs := tolok(t, append([]string{"account", "--accounts", accounts}, args...)...); status != exitNothing || errs == "" {
			t.Errorf("%v: exit %d %s", args, status, errs)
		}
	}
	log, err := os.ReadFile(filepath.Join(accounts, "audit.jsonl"))
	noErr(t, err)
	if !strings.Contains(string(log), `"action":"invite","subject":"itjen@a.example"`) || !strings.Contains(string(log), `"action":"refused"`) {
		t.Errorf("the audit log:\n%s", log)
	}
	var list []any
	noErr(t, json.Unmarshal([]byte(must(t, "account", "list", "--accounts", accounts, "--json")), &list))
}

// Every setting is a flag and a variable; the flag counts; a variable that
// means nothing is refused.
func TestConfiguration(t *testing.T) {
	help := must(t, "serve", "--help")
	var c config
	f := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	c.flags(f)
	f.VisitAll(func(flag *pflag.Flag) {
		if !strings.Contains(help, "--"+flag.Name+" ") || !strings.Contains(help, "["+variable(flag.Name)+"]") {
			t.Errorf("--help lacks --%s or %s", flag.Name, variable(flag.Name))
		}
	})
	noErr(t, f.Set("addr", "127.0.0.1:1"))
	noErr(t, readEnvironment(f, []string{"TOLOK_ADDR=127.0.0.1:2", "TOLOK_LAKE=var/lake", "TOLOK_TRUSTED_PROXIES=10.0.0.0/8,192.168.0.0/16", "TOLOK_SESSION_IDLE=5m", "TOLOK_BROWSER=x", "HOME=/"}))
	if c.addr != "127.0.0.1:1" || c.lake != "var/lake" || len(c.proxies) != 2 || c.idle != 5*time.Minute {
		t.Errorf("read %+v", c)
	}
	for _, bad := range []string{"TOLOK_ADRR=x", "TOLOK_=x", "TOLOK_SESSION_ABSOLUTE=soon", "TOLOK_help=1", "TOLOK_HELP=1"} {
		if readEnvironment(f, []string{bad}) == nil {
			t.Errorf("%s is taken", bad)
		}
	}
	t.Setenv("TOLOK_LAEK", "x")
	if status, _, errs := tolok(t, "serve", "--lake", "x"); status != exitUsage || !strings.Contains(errs, "TOLOK_LAEK") {
		t.Errorf("exit %d %s", status, errs)
	}
	os.Unsetenv("TOLOK_LAEK")
	for _, args := range [][]string{
		{},
		{"--lake", "x", "--tls-cert", "y"},
		{"--lake", "x", "--log-format", "xml"},
		{"--lake", "x", "--addr", "0.0.0.0:8080"},
		{"--lake", "x", "--addr", ":8080"},
		{"--lake", "x", "--addr", "192.0.2.1:8080", "--base-url", "http://tolok.example"},
		{"--lake", "x", "--oidc-issuer", "https://sso.example"},
		{"--lake", "x", "--audit-days", "3"},
		{"--lake", "x", "--session-idle", "2h", "--session-absolute", "1h"},
	} {
		if status, _, errs := tolok(t, append([]string{"serve"}, args...)...); status != exitUsage {
			t.Errorf("serve %v: exit %d %s", args, status, errs)
		}
	}
	for _, addr := range []string{"0.0.0.0:8080", ":8080", "192.0.2.1:80", "tolok.example:80", "8080"} {
		if status, _, errs := tolok(t, "demo", "--addr", addr, "--dir", t.TempDir()); status != exitUsage || !strings.Contains(errs, "this machine only") {
			t.Errorf("demo at %s: exit %d %s", addr, status, errs)
		}
	}
	c.oidcRoles = []string{"zi-admin=nasional+admin", "zi=satker:K1:u1"}
	roles, err := c.claimRoles()
	if err != nil || !roles[0].Admin || roles[1].Scope.Agency != "K1" || roles[1].Scope.Unit != "u1" {
		t.Errorf("roles %+v, %v", roles, err)
	}
	c.oidcRoles = []string{"=nasional"}
	if _, err := c.claimRoles(); err == nil {
		t.Error("a role for no value is taken")
	}
}

// TLS by file: what is old is refused, what is renewed is read.
func TestTLSByFile(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	pool := selfSigned(t, cert, key, 1)
	s := start(t, "serve", "--lake", tinyLake(t), "--addr", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key)
	s.http.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	r, err := s.http.Get(s.url + "/healthz")
	noErr(t, err)
	r.Body.Close()
	if !strings.HasPrefix(s.url, "https://") || r.Header.Get("Strict-Transport-Security") == "" || r.TLS.Version < tls.VersionTLS12 {
		t.Errorf("%s, headers %v", s.url, r.Header)
	}
	old := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}}}
	if r, err := old.Get(s.url + "/healthz"); err == nil {
		r.Body.Close()
		t.Error("TLS 1.1 is spoken")
	}
	s.end()

	c := &certificate{cert: cert, key: key}
	first, err := c.get(nil)
	noErr(t, err)
	selfSigned(t, cert, key, 2)
	noErr(t, os.Chtimes(cert, time.Now(), time.Now().Add(time.Hour)))
	c.looked = time.Time{}
	second, err := c.get(nil)
	noErr(t, err)
	if bytes.Equal(first.Certificate[0], second.Certificate[0]) {
		t.Error("a renewed certificate is not read")
	}
	noErr(t, os.WriteFile(cert, []byte("half"), 0o600))
	c.looked = time.Time{}
	if third, err := c.get(nil); err != nil || third != second {
		t.Errorf("a half-written file ends the service: %v", err)
	}
	if _, err := transport(cert, key); err == nil {
		t.Error("the program starts with a certificate that cannot be read")
	}
}

func selfSigned(t *testing.T, cert, key string, serial int64) *x509.CertPool {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	noErr(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	noErr(t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	noErr(t, err)
	noErr(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	noErr(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), 0o600))
	pool := x509.NewCertPool()
	parsed, err := x509.ParseCertificate(der)
	noErr(t, err)
	pool.AddCert(parsed)
	return pool
}

// Told to stop, the program answers who is waiting and takes nobody new.
func TestGracefulShutdown(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	noErr(t, err)
	ctx, stop := context.WithCancel(t.Context())
	begun, goOn := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- serveUntil(ctx, ln, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(begun)
			<-goOn
			io.WriteString(w, "whole")
		}), nil, slog.New(slog.DiscardHandler))
	}()
	answer := make(chan string, 1)
	go func() {
		r, err := http.Get("http://" + ln.Addr().String())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer r.Body.Close()
		b, _ := io.ReadAll(r.Body)
		answer <- string(b)
	}()
	<-begun
	stop()
	for range 100 {
		c, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			break
		}
		c.Close()
		time.Sleep(10 * time.Millisecond)
	}
	close(goOn)
	if got := <-answer; got != "whole" {
		t.Errorf("who was waiting got %q", got)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
