package web

import (
	"context"
	"net/http/httptest"
	"testing"

	"tolok/analytics"
	"tolok/web/auth"
)

// Who asks decides what the answer is held to; nobody in particular is the
// public.
func TestScopeOf(t *testing.T) {
	out := func(context.Context) []int { return []int{2023} }
	as := func(s auth.Scope) context.Context { return auth.WithIdentity(t.Context(), auth.Identity{Scope: s}) }
	agency := as(auth.Scope{Role: auth.Instansi, Agency: "K1"})
	for _, c := range []struct {
		name string
		opt  Options
		ctx  context.Context
		want analytics.Scope
	}{
		{"nobody", Options{}, t.Context(), analytics.Scope{}},
		{"nobody, after release", Options{Released: out}, t.Context(), analytics.Scope{Released: []int{2023}}},
		{"an agency", Options{Released: out}, agency, analytics.Scope{Role: "instansi", Agency: "K1", Released: []int{2023}}},
		{"a unit", Options{}, as(auth.Scope{Role: auth.Satker, Agency: "K1", Unit: "u1"}), analytics.Scope{Role: "satker", Agency: "K1", Unit: "u1"}},
	} {
		s := &Server{opt: c.opt}
		if got := s.scopeOf(c.ctx); got.Key() != c.want.Key() {
			t.Errorf("%s: %s, want %s", c.name, got.Key(), c.want.Key())
		}
	}
}

// Two readers never share a tag, so that no cache hands the one the other's page.
func TestTagsDifferByScope(t *testing.T) {
	s := &Server{opt: Options{}, program: "test", assets: &assets{}, pages: &templates{}}
	tags := map[string]string{}
	for name, scope := range map[string]auth.Scope{
		"public": {}, "K1": {Role: auth.Instansi, Agency: "K1"}, "K2": {Role: auth.Instansi, Agency: "K2"}, "u1": {Role: auth.Satker, Agency: "K1", Unit: "u1"}, "nation": {Role: auth.Nasional},
	} {
		r := httptest.NewRequestWithContext(auth.WithIdentity(t.Context(), auth.Identity{Scope: scope}), "GET", "/ranking", nil)
		req, err := newRequest(r)
		if err != nil {
			t.Fatal(err)
		}
		tag := s.etag(req, &view{})
		if other := tags[tag]; other != "" {
			t.Errorf("%s and %s share the tag %s", name, other, tag)
		}
		tags[tag] = name
	}
}
