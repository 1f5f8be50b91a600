package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"tolok/web/auth"
	"tolok/web/inbox"
)

// description asks a server for the description of itself.
func description(t *testing.T, s *Server) map[string]any {
	t.Helper()
	w := httptest.NewRecorder()
	if err := s.openAPI(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, openAPIPath, nil)); err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// Every page that has other forms is described, and nothing else is.
func TestEveryPageIsDescribed(t *testing.T) {
	s := newCounter(t, inbox.Limits{}).Server
	s.table = s.routes()
	paths := description(t, s)["paths"].(map[string]any)
	known := map[string]bool{}
	for _, r := range s.table {
		if !strings.HasSuffix(r.path, ext) || r.who.check(byToken) != nil {
			continue
		}
		known[r.name()] = true
		for _, form := range forms {
			one, ok := paths[r.name()+"."+form].(map[string]any)
			if !ok {
				t.Errorf("%s.%s is not described; add it to describedPages", r.name(), form)
				continue
			}
			_, secured := one["get"].(map[string]any)["security"]
			if open := r.who.check(auth.Identity{}) == nil; secured == open {
				t.Errorf("%s.%s: open to all is %t, needs a token is %t", r.name(), form, open, secured)
			}
		}
	}
	for name := range describedPages {
		if !known[name] {
			t.Errorf("%s is described, and no page is there", name)
		}
	}
}

// What a page answers has the shape that is described: no field more, none less.
func TestAnswersHaveTheirShape(t *testing.T) {
	s := newHouse(t, nil).server
	doc := description(t, s)
	h := site(t)
	for path, name := range map[string]string{
		"/overview": "", "/ranking": "", "/agencies": "", "/agencies/K01": "/agencies/{id}", "/units/U0006": "/units/{id}", "/units/U0006/path": "/units/{id}/path", "/units/U0006/report": "/units/{id}/report", "/mentors": "", "/peers": "", "/twins": "", "/units/U0006/partners": "/units/{id}/partners", "/funnel": "", "/credibility": "", "/quality": "", "/methods": "", "/about": "",
	} {
		if name == "" {
			name = path
		}
		w := get(t, h, path+".json")
		var answer any
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		schema := dig(t, doc, "paths", name+".json", "get", "responses", "200", "content", "application/json", "schema")
		for _, fault := range misfits(doc, schema, answer, "$") {
			t.Errorf("%s.json: %s", path, fault)
		}
	}
	// The check can fail.
	schema := dig(t, doc, "paths", "/about.json", "get", "responses", "200", "content", "application/json", "schema")
	if len(misfits(doc, schema, map[string]any{"snapshot": 7.0}, "$")) < 2 {
		t.Error("an answer of another shape passes")
	}
}

func dig(t *testing.T, v any, keys ...string) map[string]any {
	t.Helper()
	for _, k := range keys {
		m, ok := v.(map[string]any)
		if !ok || m[k] == nil {
			t.Fatalf("no %s in %v", k, keys)
		}
		v = m[k]
	}
	return v.(map[string]any)
}

// misfits lists where a value is not of a schema.
func misfits(doc map[string]any, schema, v any, at string) []string {
	s := schema.(map[string]any)
	if ref, ok := s["$ref"].(string); ok {
		shapes := doc["components"].(map[string]any)["schemas"].(map[string]any)
		return misfits(doc, shapes[strings.TrimPrefix(ref, "#/components/schemas/")], v, at)
	}
	if any, ok := s["anyOf"].([]any); ok {
		var faults []string
		for _, one := range any {
			f := misfits(doc, one, v, at)
			if len(f) == 0 {
				return nil
			}
			faults = f
			if v != nil { // the first is the type itself, the second null
				return faults
			}
		}
		return faults
	}
	var types []string
	switch t := s["type"].(type) {
	case string:
		types = []string{t}
	case []any:
		for _, one := range t {
			types = append(types, one.(string))
		}
	default:
		return nil
	}
	is := kindOf(v)
	if !slices.Contains(types, is) && !(is == "integer" && slices.Contains(types, "number")) {
		return []string{fmt.Sprintf("%s is %s, not one of %v", at, is, types)}
	}
	var out []string
	switch v := v.(type) {
	case []any:
		for i, one := range v {
			out = append(out, misfits(doc, s["items"], one, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case map[string]any:
		if each, ok := s["additionalProperties"]; ok {
			for k, one := range v {
				out = append(out, misfits(doc, each, one, at+"."+k)...)
			}
			return out
		}
		properties := s["properties"].(map[string]any)
		for _, k := range s["required"].([]any) {
			if _, ok := v[k.(string)]; !ok {
				out = append(out, at+" lacks "+k.(string))
			}
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if properties[k] == nil {
				out = append(out, at+" has "+k+", which is not described")
				continue
			}
			out = append(out, misfits(doc, properties[k], v[k], at+"."+k)...)
		}
	}
	return out
}

func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
	}
	return "number"
}
