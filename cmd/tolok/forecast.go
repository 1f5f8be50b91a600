package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"tolok/analytics"
	"tolok/data"
	"tolok/data/lake"
	"tolok/data/rule"
)

// forecasted is the summary as --json prints it.
type forecasted struct {
	Snapshot      string  `json:"snapshot"`
	Changed       bool    `json:"changed"`
	Issued        int     `json:"issued"`
	Reconstructed int     `json:"reconstructed"`
	Seconds       float64 `json:"seconds"`
}

func forecastCommand() *cobra.Command {
	var dir, by string
	var asJSON bool
	c := &cobra.Command{
		Use:   "forecast",
		Short: "Put the forecasts on record in the lake",
		Long: `Forecasts every nominee of every cycle from what was known before the cycle's
results, and puts the forecasts into the lake as a new snapshot: of a cycle
without results as issued, of the others as reconstructed. What was issued is
never made again once a result is known. Forecasts that stand in the lake and
rest on the same records are left as they are.

Run it when a cycle's nominations are in, and again when they change; what is on
record when the first result comes is what the report card judges.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			res, err := recordForecasts(c.Context(), lake.Open(dir), by)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), res)
			}
			res.print(c.OutOrStdout())
			return nil
		},
	}
	c.Flags().StringVar(&dir, "lake", "", "the lake's folder")
	c.Flags().StringVar(&by, "by", "", "the office that puts them on record")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	_ = c.MarkFlagRequired("lake")
	return c
}

func (r *forecasted) print(out io.Writer) {
	if !r.Changed {
		fmt.Fprintf(out, "nothing new: the forecasts in the lake rest on its records, snapshot %s\n", r.Snapshot)
		return
	}
	fmt.Fprintf(out, "%d forecasts issued, %d reconstructed, snapshot %s, in %.1f s\n", r.Issued, r.Reconstructed, r.Snapshot, r.Seconds)
}

// recordForecasts commits the forecasts of the newest snapshot that are not on
// record. The lake is locked only while they are written.
func recordForecasts(ctx context.Context, l *lake.Lake, by string) (*forecasted, error) {
	start := time.Now()
	db, err := analytics.Open(ctx, l, "")
	if err != nil {
		return nil, &failure{exitNothing, err}
	}
	defer db.Close()
	o, err := db.Outlook(ctx)
	if err != nil {
		return nil, &failure{exitNothing, err}
	}
	res := &forecasted{Snapshot: db.Snapshot()}
	fresh := o.Fresh()
	if len(fresh) == 0 {
		return res, nil
	}
	a, err := l.Begin(by)
	if err != nil {
		return nil, &failure{exitNothing, err}
	}
	defer a.Abort()
	if a.Base().SnapshotID(rule.Fingerprint()) != db.Snapshot() {
		return nil, &failure{exitNothing, errors.New("the lake has changed meanwhile, nothing was written; run tolok forecast again")}
	}
	h := sha256.New()
	for i := range fresh {
		fmt.Fprintln(h, fresh[i].Key(), fresh[i].Basis, fresh[i].Probability)
	}
	n, err := a.Source(data.Source{Name: "forecasts", Format: "forecast", SHA256: hex.EncodeToString(h.Sum(nil)), Context: fresh[0].Model})
	for i := range fresh {
		f := &fresh[i]
		f.Origin = data.Origin{Source: n, Line: int32(i + 1)}
		err = errors.Join(err, a.Put(f))
		if f.Stamp == data.Issued {
			res.Issued++
		} else {
			res.Reconstructed++
		}
	}
	if err != nil {
		return nil, &failure{exitNothing, fmt.Errorf("nothing was written: %w", err)}
	}
	m, err := a.Commit(time.Now())
	switch {
	case errors.Is(err, lake.ErrUnflushed):
		return nil, &failure{exitPartial, err}
	case err != nil:
		return nil, &failure{exitNothing, fmt.Errorf("nothing was written: %w", err)}
	}
	res.Snapshot, res.Changed, res.Seconds = m.SnapshotID(rule.Fingerprint()), true, time.Since(start).Seconds()
	return res, nil
}
