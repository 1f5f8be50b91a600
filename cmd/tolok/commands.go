package main

import "github.com/spf13/cobra"

// commands lists the subcommands in the order of --help.
func commands() []*cobra.Command {
	return []*cobra.Command{
		demoCommand(),
		generateCommand(),
		checkCommand(),
		ingestCommand(),
		scoreCommand(),
		askCommand(),
		reportCommand(),
		serveCommand(),
		accountCommand(),
		backupCommand(),
		restoreCommand(),
		snapshotsCommand(),
		verifyCommand(),
		compactCommand(),
	}
}
