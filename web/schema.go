package web

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"tolok/analytics"
	"tolok/data"
)

// schemas are the shapes of answers, in JSON Schema 2020-12, by the names of
// their types.
type schemas map[string]any

// written are the types that write themselves.
var written = map[reflect.Type]any{
	reflect.TypeFor[data.Score]():      map[string]any{"type": "number"},
	reflect.TypeFor[data.Amount]():     map[string]any{"type": "number"},
	reflect.TypeFor[analytics.Count](): map[string]any{"type": []string{"integer", "null"}},
	reflect.TypeFor[time.Time]():       map[string]any{"type": "string", "format": "date-time"},
}

// of is the shape of a type. A named struct is described once and referred to.
func (s schemas) of(t reflect.Type) any {
	if known, ok := written[t]; ok {
		return known
	}
	if t.Kind() == reflect.Pointer {
		return map[string]any{"anyOf": []any{s.of(t.Elem()), map[string]any{"type": "null"}}}
	}
	if m := reflect.TypeFor[interface{ MarshalText() ([]byte, error) }](); t.Implements(m) {
		return map[string]any{"type": "string"}
	}
	if t.Implements(reflect.TypeFor[json.Marshaler]()) {
		return map[string]any{}
	}
	switch t.Kind() {
	case reflect.Struct:
		return s.object(t)
	case reflect.Slice, reflect.Array:
		return map[string]any{"type": []string{"array", "null"}, "items": s.of(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": []string{"object", "null"}, "additionalProperties": s.of(t.Elem())}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Interface:
		return map[string]any{}
	}
	return map[string]any{"type": "integer"}
}

func (s schemas) object(t reflect.Type) any {
	name := t.Name()
	if name == "" {
		properties, required := s.properties(t)
		return map[string]any{"type": "object", "properties": properties, "required": required}
	}
	// Types of two packages may have one name.
	for s[name] != nil && s[name].(map[string]any)["title"] != t.String() {
		name += "_"
	}
	if s[name] == nil {
		shape := map[string]any{"type": "object", "title": t.String()}
		s[name] = shape // before its fields, which may refer to it
		shape["properties"], shape["required"] = s.properties(t)
	}
	return map[string]any{"$ref": "#/components/schemas/" + name}
}

// properties are a struct's fields as encoding/json writes them.
func (s schemas) properties(t reflect.Type) (map[string]any, []string) {
	properties, required := map[string]any{}, []string{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous:
		case f.Anonymous && name == "" && inner.Kind() == reflect.Struct:
			more, needed := s.properties(inner)
			for k, v := range more {
				properties[k] = v
			}
			required = append(required, needed...)
		default:
			if name == "" {
				name = f.Name
			}
			properties[name] = s.of(f.Type)
			if !strings.Contains(options, "omit") {
				required = append(required, name)
			}
		}
	}
	return properties, required
}
