# make run    build, make a national programme, take it in, serve it
# make test   everything that must hold, browser included
# make check  format, vet, staticcheck
# make slow   what takes minutes: the program killed at many random moments, and
#             every page asked for as everyone with every parameter
# make bench  speed and memory
# make evaluate  forecasts and partners against what is true in simulated programmes
GO      ?= go
ADDR    ?= 127.0.0.1:8080
UNITS   ?= 3000
PKGS    ?= ./...

# DuckDB is linked as a static C++ library. It needs the C++ runtime to link
# against; where only gcc is installed, the runtime that Debian itself uses
# does (see tools/cxx).
export CGO_ENABLED := 1
export CGO_LDFLAGS += $(shell sh tools/cxx)

.PHONY: run build test slow matrix check format bench evaluate fuzz clean

run: build
	bin/tolok demo --addr $(ADDR) --units $(UNITS)

build:
	$(GO) build -o bin/tolok ./cmd/tolok

test:
	@sh tools/browser
	$(GO) test -timeout 20m $(PKGS)

KILLS ?= 200
slow:
	KILLS=$(KILLS) $(GO) test -timeout 20m -count=1 -run TestKill -v ./cmd/tolok

# Every page as every kind of reader with every parameter, in every form.
matrix:
	MATRIX=whole $(GO) test -timeout 60m -count=1 -run TestMatrix -v ./web

check:
	@test -z "$$($(GO) tool gofumpt -l cmd ingest analytics web data)" || { $(GO) tool gofumpt -d cmd ingest analytics web data; exit 1; }
	$(GO) vet $(PKGS)
	$(GO) tool staticcheck $(PKGS)

format:
	$(GO) tool gofumpt -w cmd ingest analytics web data

bench:
	$(GO) test -run '^$$' -bench . -benchmem $(PKGS)

# FORECAST_SCALE=0.2 for a fifth of the nominees, FORECAST_EXPORT=DIR to
# measure scikit-learn beside it (analytics/forecast/testdata/rivals.py).
evaluate:
	FORECAST_EVAL=1 $(GO) test -timeout 60m -count=1 -run TestEvaluate -v ./analytics/forecast
	PARTNERS_EVALUATE=1 $(GO) test -timeout 60m -count=1 -run TestPartnersAreTrulyAhead -v ./analytics
	PEER_ALL=1 $(GO) test -timeout 10m -count=1 -run ANation -v ./analytics/peer

# Each fuzz target for a short while; FUZZ=5m for longer.
FUZZ ?= 20s
fuzz:
	@for t in $$(grep -rEo '^func Fuzz[A-Za-z0-9_]+' --include='*_test.go' cmd ingest analytics web data | sed 's/:func /:/'); do \
	  dir=$$(dirname $${t%%:*}); name=$${t##*:}; echo "$$dir $$name"; \
	  $(GO) test ./$$dir -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZ) -fuzzminimizetime 20x || exit 1; done

clean:
	rm -rf bin var
