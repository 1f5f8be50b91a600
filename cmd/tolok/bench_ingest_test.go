package main

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tolok/data/synth"
)

// Sizes of the measurements against a bare copy: rows of answers in one CSV
// (BENCH_ANSWERS, comma separated for several), and about how many of them a
// unit sends in ten cycles.
const (
	benchAnswers   = "20000000"
	answersPerUnit = 1155
)

// TestMain lets the test binary be the baseline, too: a process of its own, as
// the program is, so that time and memory are counted alike.
func TestMain(m *testing.M) {
	if from, to, ok := strings.Cut(os.Getenv("TOLOK_BENCH_COPY"), "\n"); ok {
		if err := copyWithDuckDB(from, to); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// copyWithDuckDB is the baseline: DuckDB's own reader and writer, the schema
// given, nothing checked. The driver is the one analytics brings.
func copyWithDuckDB(from, to string) error {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	_, err = db.Exec(fmt.Sprintf(`COPY (SELECT * FROM read_csv('%s', header = true, columns = {
		'unit_id': 'VARCHAR', 'cycle': 'INTEGER', 'regulation': 'VARCHAR', 'layer': 'VARCHAR', 'item_id': 'VARCHAR', 'choice': 'VARCHAR',
		'value': 'DECIMAL(18,6)', 'num': 'DECIMAL(18,6)', 'den': 'DECIMAL(18,6)', 'reported_score': 'DECIMAL(18,12)', 'known_on': 'DATE'
	})) TO '%s' (FORMAT parquet, COMPRESSION zstd)`, from, to))
	return errors.Join(err, db.Close())
}

// usage is what a process took.
type usage struct {
	wall, cpu time.Duration
	peak      int64 // bytes
}

func measure(b *testing.B, c *exec.Cmd) usage {
	b.Helper()
	start := time.Now()
	if out, err := c.CombinedOutput(); err != nil {
		b.Fatalf("%s: %v\n%s", c, err, out)
	}
	r := c.ProcessState.SysUsage().(*syscall.Rusage)
	return usage{time.Since(start), time.Duration(r.Utime.Nano() + r.Stime.Nano()), r.Maxrss << 10}
}

func benchBinary(b *testing.B) string {
	b.Helper()
	binary := filepath.Join(b.TempDir(), "tolok")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// everyone makes a nation of about so many answers: the registers in one
// folder, all answers in one CSV, and one agency's files in a folder.
func everyone(b *testing.B, answers int) (registers, csv, agency string, rows int) {
	b.Helper()
	p := synth.DefaultParams()
	p.Units, p.Everyone = max(answers/answersPerUnit, 100), true
	dir := b.TempDir()
	if _, err := synth.Generate(b.Context(), filepath.Join(dir, "files"), p, nil); err != nil {
		b.Fatal(err)
	}
	senders, err := filepath.Glob(filepath.Join(dir, "files", "*", "answers.csv"))
	if err != nil || len(senders) == 0 {
		b.Fatalf("no answers were made (%v)", err)
	}
	agency = filepath.Join(dir, "agency")
	if err := os.CopyFS(agency, os.DirFS(filepath.Dir(senders[0]))); err != nil {
		b.Fatal(err)
	}
	registers, csv = filepath.Join(dir, "registers"), filepath.Join(dir, "answers.csv")
	if err := os.Mkdir(registers, 0o755); err != nil {
		b.Fatal(err)
	}
	for name, to := range map[string]string{"units.csv": registers + "/units.csv", "agencies.csv": registers + "/agencies.csv", "answers.csv": csv} {
		files, err := filepath.Glob(filepath.Join(dir, "files", "*", name))
		if err != nil {
			b.Fatal(err)
		}
		n, err := joinTables(to, files)
		if err != nil {
			b.Fatal(err)
		}
		rows = max(rows, n)
	}
	if err := os.RemoveAll(filepath.Join(dir, "files")); err != nil {
		b.Fatal(err)
	}
	return registers, csv, agency, rows
}

// joinTables writes tables of one header below each other, and counts the rows.
func joinTables(to string, files []string) (rows int, err error) {
	out, err := os.Create(to)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	w := bufio.NewWriterSize(out, 1<<20)
	for i, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return 0, err
		}
		lines := bufio.NewScanner(f)
		for n := 0; lines.Scan(); n++ {
			if n > 0 || i == 0 {
				_, _ = w.Write(append(lines.Bytes(), '\n'))
			}
			if n > 0 {
				rows++
			}
		}
		if err := errors.Join(lines.Err(), f.Close()); err != nil {
			return 0, err
		}
	}
	return rows, w.Flush()
}

// BenchmarkAnswersAgainstCopy takes a nation's answers in, every check on,
// beside DuckDB's COPY of the same file in the same run: the ratios of time and
// the peak of memory, for each size asked for.
func BenchmarkAnswersAgainstCopy(b *testing.B) {
	binary, sizes := benchBinary(b), benchAnswers
	if s := os.Getenv("BENCH_ANSWERS"); s != "" {
		sizes = s
	}
	for size := range strings.SplitSeq(sizes, ",") {
		answers, err := strconv.Atoi(size)
		if err != nil {
			b.Fatalf("BENCH_ANSWERS=%s: %v", sizes, err)
		}
		registers, csv, agency, rows := everyone(b, answers)
		full := filepath.Join(b.TempDir(), "full")
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			var ours, theirs usage
			for b.Loop() {
				if err := os.RemoveAll(full); err != nil {
					b.Fatal(err)
				}
				measure(b, exec.Command(binary, "ingest", registers, "--lake", full))
				ours = ours.least(measure(b, exec.Command(binary, "ingest", csv, "--lake", full)))
				c := exec.Command(os.Args[0])
				c.Env = append(os.Environ(), "TOLOK_BENCH_COPY="+csv+"\n"+filepath.Join(b.TempDir(), "copy.parquet"))
				theirs = theirs.least(measure(b, c))
			}
			ours.report(b, theirs)
			b.ReportMetric(float64(ours.peak)/(1<<20), "MiB")
			b.ReportMetric(float64(theirs.peak)/(1<<20), "MiB-copy")
			b.ReportMetric(float64(rows)/ours.wall.Seconds(), "rows/s")
		})
		b.Run(fmt.Sprintf("append-to=%d", rows), func(b *testing.B) {
			var toFull, toEmpty usage
			for b.Loop() {
				toEmpty = toEmpty.least(measure(b, exec.Command(binary, "ingest", agency, "--lake", filepath.Join(b.TempDir(), "empty"))))
				toFull = toFull.least(measure(b, exec.Command(binary, "ingest", agency, "--lake", full, "--again")))
			}
			toFull.report(b, toEmpty)
		})
	}
}

// least keeps the least of each, of which noise only takes away.
func (u usage) least(v usage) usage {
	if u.wall == 0 {
		return v
	}
	return usage{min(u.wall, v.wall), min(u.cpu, v.cpu), min(u.peak, v.peak)}
}

func (u usage) report(b *testing.B, than usage) {
	b.ReportMetric(float64(u.wall)/float64(than.wall), "wall-ratio")
	b.ReportMetric(float64(u.cpu)/float64(than.cpu), "cpu-ratio")
	b.ReportMetric(0, "ns/op")
}
