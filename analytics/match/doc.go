// Package match finds agencies of the register by the names that others write
// them by, such as KPK in its survey: "PEMERINTAH KOTA GUNUNG SITOLI" is
// "Pemerintah Kota Gunungsitoli".
//
// A wrong match is worse than none, for nobody would see it. So a name is first
// taken apart: of which level it is (provinsi, kabupaten, kota, or central), and
// what remains without titles, punctuation and abbreviations. A local
// government's name then leads to its place, by Kemendagri's list of provinces,
// kabupaten and kota, and the place to the register: "Kota Bandung" cannot
// become "Kabupaten Bandung", and a name that is a place of its own never
// another that is spelled alike. Central agencies are compared by the whole
// name, and by names.csv, our own reviewed table of short names and of agencies
// that were renamed, each line with its source. One that was split or merged is
// not matched: its successors are named.
//
// The rules, in the order in which they are tried: code (the place code of the
// file and the name agree), name (the same name), alias (a short name), renamed,
// near (one letter or two off a long name, and nothing else as near). Where two
// agencies are as good, none is taken.
package match
