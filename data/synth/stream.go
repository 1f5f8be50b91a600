package synth

import (
	"cmp"
	"math/bits"
	"slices"
)

// level is a share of full attainment, or any other real quantity of the
// simulation, in millionths. Integers are the same on every processor.
type level int64

const (
	full  level = 1_000_000
	milli level = full / 1000
)

// stream is a SplitMix64 generator of its own for every purpose and subject.
type stream struct{ state uint64 }

const golden = 0x9e3779b97f4a7c15

// purpose separates draws about the same subject from each other.
type purpose uint64

func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

func newStream(seed uint64, why purpose, about ...int) stream {
	h := mix(seed + golden*uint64(why))
	for _, a := range about {
		h = mix(h + golden + uint64(a))
	}
	return stream{h}
}

func (s *stream) next() uint64 {
	s.state += golden
	return mix(s.state)
}

// below is uniform over 0 … n-1.
func (s *stream) below(n int) int {
	hi, _ := bits.Mul64(s.next(), uint64(n))
	return int(hi)
}

// between is uniform over low … high, both included.
func (s *stream) between(low, high int) int { return low + s.below(high-low+1) }

// uniform is uniform over [0, 1).
func (s *stream) uniform() level { return level(s.below(int(full))) }

// chance is true in share of the cases.
func (s *stream) chance(share level) bool { return s.uniform() < share }

// normal is a normal number of mean 0 and standard deviation sd: the sum of
// twelve uniforms, so never beyond six deviations.
func (s *stream) normal(sd level) level {
	var sum int64
	for range 3 {
		x := s.next()
		for range 4 {
			sum += int64(x & 0xffff)
			x >>= 16
		}
	}
	z := sum*int64(full)>>16 - 6*int64(full)
	return level(z).times(sd)
}

// pick is one element of a list.
func pick[T any](s *stream, list []T) T { return list[s.below(len(list))] }

// times multiplies two levels.
func (a level) times(b level) level { return level(int64(a) * int64(b) / int64(full)) }

func (a level) within(low, high level) level { return min(max(a, low), high) }

// exp is e^a, by Taylor's series for the fraction.
func exp(a level) level {
	whole := int(a / full)
	if a%full < 0 {
		whole--
	}
	frac, r := a-level(whole)*full, full
	for k := level(9); k > 0; k-- {
		r = full + frac.times(r)/k
	}
	for ; whole > 0; whole-- {
		r = r * 2_718_282 / full
	}
	for ; whole < 0; whole++ {
		r = r * 367_879 / full
	}
	return r
}

// lognormal is a positive whole number with the given median; sd is that of
// its logarithm.
func (s *stream) lognormal(median int64, sd level) int64 {
	return max(1, int64(exp(s.normal(sd)))/1000*median/1000)
}

// root is the square root of a level, rounded down.
func root(a level) level {
	n := uint64(a) * uint64(full)
	if n == 0 {
		return 0
	}
	x := uint64(1) << ((bits.Len64(n) + 1) / 2)
	for {
		y := (x + n/x) / 2
		if y >= x {
			return level(x)
		}
		x = y
	}
}

// apportion divides total into whole parts in proportion to weights, by the
// largest remainders; the earlier of two equal ones wins.
func apportion(total int, weights []int) []int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	parts, left := make([]int, len(weights)), total
	if sum == 0 {
		return parts
	}
	type rest struct{ at, size int }
	rests := make([]rest, len(weights))
	for i, w := range weights {
		parts[i] = total * w / sum
		rests[i] = rest{i, total * w % sum}
		left -= parts[i]
	}
	slices.SortFunc(rests, func(a, b rest) int { return cmp.Or(b.size-a.size, a.at-b.at) })
	for _, r := range rests[:left] {
		parts[r.at]++
	}
	return parts
}
