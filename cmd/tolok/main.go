// Command tolok is the yardstick of Indonesia's Zona Integritas programme: it
// scores worksheets, keeps what agencies send in a lake, and shows how units
// compare. One file here is one subcommand; each only reads flags, calls the
// packages, and prints.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit statuses, as the contract has them.
const (
	exitOK      = 0
	exitPartial = 1 // done, but some rows were left out (--strict), or a check failed
	exitUsage   = 2 // wrong usage
	exitNothing = 3 // nothing was written
)

// failure is an error with its exit status. A command that has already said
// what is wrong returns one without an error inside.
type failure struct {
	status int
	err    error
}

func (f *failure) Error() string {
	if f.err == nil {
		return fmt.Sprintf("exit status %d", f.status)
	}
	return f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program with nothing global in it, so that tests run it too.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:           "tolok",
		Short:         "Analytics and benchmarking for Zona Integritas",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return &failure{exitUsage, fmt.Errorf("%w\nSee: %s --help", err, c.CommandPath())}
	})
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(commands()...)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	var f *failure
	if !errors.As(err, &f) {
		// Cobra's own complaints: an unknown command, a wrong number of arguments.
		f = &failure{exitUsage, err}
	}
	if f.err != nil {
		fmt.Fprintln(stderr, "tolok:", f.err)
	}
	return f.status
}

// printJSON writes v as every --json does: indented, and names with an
// ampersand as they are, since no browser reads it.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
