package rule_test

import (
	"testing"

	"tolok/data/rule"
)

func TestLoad(t *testing.T) {
	for _, s := range rule.All() {
		n, in := 0, 0
		for _, it := range s.Items {
			if it.Scored() {
				n++
			} else {
				in++
			}
		}
		t.Log(s.ID, s.InForce.FirstCycle, n, in, len(s.Criteria))
	}
}
