package web

import (
	"context"

	"tolok/analytics"
	"tolok/web/auth"
)

// db is the database that the request names, held to what its sender may see.
// Pages ask no other.
func (s *Server) db(req *request) (*analytics.DB, error) {
	db, err := s.opt.DB(req.Context(), req.query.Get("snapshot"))
	if err != nil {
		return nil, err
	}
	return db.As(s.scopeOf(req.Context())), nil
}

// national is the newest database whole, for what only national administrators
// are shown.
func (s *Server) national(req *request) (*analytics.DB, error) {
	db, err := s.opt.DB(req.Context(), "")
	if err != nil {
		return nil, err
	}
	return db.As(analytics.National), nil
}

// scopeOf is what the sender of a request may see.
func (s *Server) scopeOf(ctx context.Context) analytics.Scope {
	who := auth.From(ctx)
	scope := analytics.Scope{Role: string(who.Role), Agency: who.Agency, Unit: who.Unit}
	if s.opt.Released != nil {
		scope.Released = s.opt.Released(ctx)
	}
	return scope
}
