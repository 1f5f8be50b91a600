// Package auth says who asks, and which part of the country that account may
// see. It knows nothing of pages and nothing of scores: it resolves a request
// to an [Identity], and whoever answers the request holds the answer to that
// identity's [Scope].
//
// # What is stored, and where
//
// A folder holds three files, all readable by their owner alone.
//
//   - accounts.db, a bbolt database: accounts, invitations, sessions, tokens,
//     lock-outs, sealed secrets, and the head of the audit log.
//   - accounts.key, 32 random bytes made on first use. It seals secrets
//     (AES-256-GCM) and signs the head of the audit log (HMAC-SHA-256). Keep a
//     copy apart from the backups of accounts.db: without it the secrets in
//     them cannot be read, and whoever has both can read them all.
//   - audit.jsonl, the audit log (see below).
//
// Nothing that opens a door is stored as it is: passwords are argon2id hashes,
// and session ids, tokens, invitations and recovery codes are kept as hashes
// only. They are 80 to 256 random bits, so a fast hash is enough for them.
//
// # Who may do what
//
// An account has a [Role] and the agency or unit it speaks for. An
// administrator of role nasional manages every account; one of role instansi
// manages the accounts of role instansi and satker of its own agency. Every
// method that changes another's account takes the [Identity] that asks, reads
// that account again inside the transaction, and refuses with [ErrForbidden].
//
// # Signing in
//
// [Store.SignIn] does the same work for a wrong password and for a name that
// does not exist, and answers both with [ErrSignIn]. An attempt is counted
// before the password is looked at, so that parallel guesses cannot outrun the
// count. After a few failures the wait doubles with each, up to fifteen
// minutes, for the name and for the address. It ends by itself, and an address
// from which the account signed in before has a count of its own: nobody can
// keep the owner out by guessing from elsewhere.
//
// Session ids are made at sign-in and replaced whenever rights change; there is
// no session before sign-in that an attacker could plant. Cross-site requests
// are the business of [net/http.CrossOriginProtection].
//
// By OIDC, the provider's second factor counts and not the one kept here. A claim
// is seen at sign-in only: who loses it keeps the session until it ends, at most
// twelve hours.
//
// # The audit log
//
// The log is a file of JSON Lines and not a bucket of the database, because a
// line that is written and synced can be shipped elsewhere as it stands and
// checked there with nothing but SHA-256 ([VerifyChain]). Each entry carries
// the hash of the one before. The database keeps the last entry with an HMAC,
// so that a cut tail and a chain computed anew are found too ([Audit.Check]),
// and so that an entry which a power failure kept from the file is written when
// the log is opened next. Someone who can replace the database, the file and
// the key together can rewrite history: note [Audit.Head] elsewhere from time
// to time.
//
// Times come from Options.Now, so that every expiry can be tested to the
// moment: a thing that expires at t is refused at t.
package auth
