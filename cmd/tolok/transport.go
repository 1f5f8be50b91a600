package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// certificate is a certificate by file, read again when the file changes: who
// renews it every few weeks need not restart the program.
type certificate struct {
	cert, key string

	mu     sync.Mutex
	loaded *tls.Certificate
	at     time.Time // the younger of the two files
	looked time.Time
}

// lookEvery is how often the files are looked at.
const lookEvery = time.Minute

// transport is TLS 1.2 or later with the library's choice of ciphers, which
// follows what is known to be safe.
func transport(cert, key string) (*tls.Config, error) {
	c := &certificate{cert: cert, key: key}
	if _, err := c.get(nil); err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get, NextProtos: []string{"h2", "http/1.1"}}, nil
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.loaded != nil && time.Since(c.looked) < lookEvery {
		return c.loaded, nil
	}
	c.looked = time.Now()
	at, err := youngest(c.cert, c.key)
	if err == nil && c.loaded != nil && at.Equal(c.at) {
		return c.loaded, nil
	}
	var pair tls.Certificate
	if err == nil {
		pair, err = tls.LoadX509KeyPair(c.cert, c.key)
	}
	switch {
	case err != nil && c.loaded != nil:
		return c.loaded, nil // half-written files: the old pair serves on
	case err != nil:
		return nil, fmt.Errorf("TLS: %w; check --tls-cert and --tls-key", err)
	}
	c.loaded, c.at = &pair, at
	return c.loaded, nil
}

func youngest(paths ...string) (at time.Time, err error) {
	for _, p := range paths {
		info, e := os.Stat(p)
		if e != nil {
			err = errors.Join(err, e)
		} else if info.ModTime().After(at) {
			at = info.ModTime()
		}
	}
	return at, err
}
