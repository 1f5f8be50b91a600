package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tolok/web/auth"
)

// accountFlags are what every `tolok account` command takes.
type accountFlags struct {
	dir, base string
	asJSON    bool
}

func accountCommand() *cobra.Command {
	var f accountFlags
	c := &cobra.Command{
		Use:   "account",
		Short: "Manage accounts from the machine itself",
		Long: `Manages accounts from the machine itself, with the rights of a national
administrator. The server must be stopped meanwhile, for only one program can
have the accounts open; what can wait is done in the browser, under Accounts.
Everything done here is in the audit log as done at the console.`,
	}
	c.PersistentFlags().StringVar(&f.dir, "accounts", "", "folder of accounts")
	c.PersistentFlags().StringVar(&f.base, "base-url", "http://127.0.0.1:8080", "where readers reach the site, for links")
	c.PersistentFlags().BoolVar(&f.asJSON, "json", false, "print JSON")
	_ = c.MarkPersistentFlagRequired("accounts")
	c.AddCommand(f.listCommand(), f.inviteCommand(), f.resetCommand(), f.setStateCommand("disable", auth.ActDisable), f.setStateCommand("enable", auth.ActEnable), f.setupCommand(), f.restartAuditCommand())
	return c
}

// with opens the store for one command. A folder that is not there is a typing
// error and not a place for a new store.
func (f *accountFlags) with(do func(*auth.Store) error) error {
	if _, err := os.Stat(filepath.Join(f.dir, auth.FileDB)); err != nil {
		return &failure{exitNothing, fmt.Errorf("%w; give the folder that tolok serve uses", err)}
	}
	store, err := auth.Open(f.dir, auth.Options{})
	if err != nil {
		return &failure{exitNothing, err}
	}
	defer store.Close()
	if err := do(store); err != nil {
		var fail *failure
		if errors.As(err, &fail) {
			return err
		}
		return &failure{exitNothing, err}
	}
	return nil
}

// change logs a change before it is made; without the log it is not made.
func (f *accountFlags) change(action auth.Action, subject, detail string, do func(*auth.Store) error) error {
	return f.with(func(store *auth.Store) error {
		log, err := store.OpenAudit(filepath.Join(f.dir, auth.FileAudit))
		if err != nil {
			return err
		}
		defer log.Close()
		if a, known := store.Lookup(subject); known {
			subject = a.ID
		}
		if _, err := log.Append(auth.Console().Note(action, subject, detail)); err != nil {
			return err
		}
		err = do(store)
		if err != nil {
			_, e := log.Append(auth.Console().Note(auth.ActRefused, subject, string(action)+": "+err.Error()))
			err = errors.Join(err, e)
		}
		return err
	})
}

func (f *accountFlags) link(c *cobra.Command, token string) error {
	u, err := url.Parse(strings.TrimSuffix(f.base, "/"))
	if err != nil {
		return err
	}
	u.Path, u.RawQuery = "/invitation", url.Values{"token": {token}}.Encode()
	if f.asJSON {
		return printJSON(c.OutOrStdout(), map[string]string{"link": u.String()})
	}
	_, err = fmt.Fprintln(c.OutOrStdout(), u.String())
	return err
}

func (f *accountFlags) listCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List accounts", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.with(func(store *auth.Store) error {
				list, err := store.Accounts(auth.Console())
				if err != nil {
					return err
				}
				if f.asJSON {
					return printJSON(c.OutOrStdout(), append([]auth.Account{}, list...))
				}
				w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "sign-in\trole\tagency\tunit\tadmin\tstate\tcode\tlast sign-in")
				for _, a := range list {
					last := "-"
					if a.LastSignIn != nil {
						last = a.LastSignIn.Format(time.RFC3339)
					}
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%t\t%s\t%t\t%s\n", a.SignIn, a.Role, a.Agency, a.Unit, a.Admin, a.State, a.TOTP, last)
				}
				return w.Flush()
			})
		},
	}
}

func (f *accountFlags) inviteCommand() *cobra.Command {
	var role, agency, unit, name string
	var admin bool
	c := &cobra.Command{
		Use: "invite SIGN-IN-NAME", Short: "Make an invitation and print its link", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			scope := auth.Scope{Role: auth.Role(role), Agency: agency, Unit: unit}
			if scope.Role == auth.Satker && agency == "" {
				return &failure{exitUsage, errors.New("an account of a unit needs --agency too: here no register is at hand to look it up")}
			}
			return f.change(auth.ActInvite, args[0], fmt.Sprintf("%s %s %s admin=%t", role, agency, unit, admin), func(store *auth.Store) error {
				token, err := store.Invite(auth.Console(), args[0], name, scope, admin)
				if err != nil {
					return err
				}
				return f.link(c, token)
			})
		},
	}
	c.Flags().StringVar(&role, "role", "", "nasional, instansi, satker or perencana")
	c.Flags().StringVar(&agency, "agency", "", "agency the account speaks for")
	c.Flags().StringVar(&unit, "unit", "", "unit the account speaks for")
	c.Flags().StringVar(&name, "name", "", "the office's name")
	c.Flags().BoolVar(&admin, "admin", false, "it manages accounts")
	_ = c.MarkFlagRequired("role")
	_ = c.MarkFlagRequired("name")
	return c
}

// found gives the id of a sign-in name.
func found(store *auth.Store, signIn string) (string, error) {
	a, known := store.Lookup(signIn)
	if !known {
		return "", fmt.Errorf("no account has the sign-in name %q; see: tolok account list", signIn)
	}
	return a.ID, nil
}

func (f *accountFlags) resetCommand() *cobra.Command {
	var totp bool
	c := &cobra.Command{
		Use: "reset SIGN-IN-NAME", Short: "Print a link with which an account chooses a new password", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return f.change(auth.ActReset, args[0], fmt.Sprintf("clear-totp=%t", totp), func(store *auth.Store) error {
				id, err := found(store, args[0])
				if err != nil {
					return err
				}
				if totp {
					if err := store.ClearTOTP(auth.Console(), id); err != nil {
						return err
					}
				}
				token, err := store.Reset(auth.Console(), id)
				if err != nil {
					return err
				}
				return f.link(c, token)
			})
		},
	}
	c.Flags().BoolVar(&totp, "clear-totp", false, "switch its one-time codes off too")
	return c
}

func (f *accountFlags) setStateCommand(name string, action auth.Action) *cobra.Command {
	short := "Close an account: its sessions and tokens end"
	if action == auth.ActEnable {
		short = "Open a closed account again"
	}
	return &cobra.Command{
		Use: name + " SIGN-IN-NAME", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return f.change(action, args[0], "", func(store *auth.Store) error {
				id, err := found(store, args[0])
				if err != nil {
					return err
				}
				if action == auth.ActEnable {
					return store.Enable(auth.Console(), id)
				}
				return store.Disable(auth.Console(), id)
			})
		},
	}
}

func (f *accountFlags) setupCommand() *cobra.Command {
	return &cobra.Command{
		Use: "setup-link", Short: "Print a new link for the first administrator", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return f.with(func(store *auth.Store) error {
				token, err := store.Setup()
				if err != nil {
					return err
				}
				if token == "" {
					return errors.New("there is an administrator already; use: tolok account reset SIGN-IN-NAME")
				}
				return f.link(c, token)
			})
		},
	}
}

func (f *accountFlags) restartAuditCommand() *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use: "restart-audit", Short: "Go on with a new audit log after it was found broken; the old one is kept aside", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return f.with(func(store *auth.Store) error {
				log, err := store.RestartAudit(filepath.Join(f.dir, auth.FileAudit), reason)
				if err != nil {
					return err
				}
				return log.Close()
			})
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why, for the log")
	_ = c.MarkFlagRequired("reason")
	return c
}
