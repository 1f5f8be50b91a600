package web

import (
	"slices"
	"strings"
)

// sections are the parts of the site, each with its pages in order. A page's
// word is that of its path, see navKey.
var sections = []struct {
	key   string
	pages []string
}{
	{"nav.compare", []string{"/", "/ranking", "/agencies", "/criteria", "/funnel", "/credibility", "/register", "/spi"}},
	{"nav.learn", []string{"/peers", "/twins", "/mentors"}},
	{"nav.foresee", []string{"/forecast", "/forecast/report-card", "/forecast/portfolio", "/forecast/early-warning"}},
	{"nav.data", []string{"/quality", "/submissions", "/methods", "/about"}},
	{"nav.admin", adminPaths[:1]}, // has tabs of its own
}

// navigation is the header's two rows: the sections in which the one who asks
// may open a page, and the pages of the section that this page is in.
type navigation struct{ Sections, Pages []navItem }

func (s *Server) navigation(req *request) navigation {
	at := nearest(req.URL.Path)
	var out navigation
	for _, sec := range sections {
		var pages []navItem
		for _, path := range sec.pages {
			if s.may(req, path) {
				pages = append(pages, navItem{req.T(navKey(path)), req.Link(path), path == at})
			}
		}
		if len(pages) == 0 {
			continue
		}
		here := slices.Contains(sec.pages, at)
		out.Sections = append(out.Sections, navItem{req.T(sec.key), pages[0].Href, here})
		if here && len(pages) > 1 {
			out.Pages = pages
		}
	}
	return out
}

// nearest is the page of the sections that a path is, or lies under: a unit's
// own pages stand with the ranking.
func nearest(path string) string {
	switch {
	case path == "/overview" || strings.HasPrefix(path, "/overview."):
		return "/"
	case strings.HasPrefix(path, "/units/"):
		return "/ranking"
	case slices.ContainsFunc(adminPaths, func(p string) bool { return strings.HasPrefix(path, p) }):
		return adminPaths[0]
	}
	best := ""
	for _, sec := range sections {
		for _, p := range sec.pages {
			if len(p) > len(best) && (path == p || strings.HasPrefix(path, p+"/")) {
				best = p
			}
		}
	}
	return best
}

// navKey is the key of a page's name.
func navKey(path string) string {
	if path == "/" {
		path = "/overview"
	}
	return "nav." + strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", ".")
}
