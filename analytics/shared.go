package analytics

import "context"

// shared gives what is costly to work out and the same for all who ask with one
// key. Whoever asks first has it begun, apart from the request, so that one that
// cannot wait leaves something behind; the others wait for the same. What failed
// is begun again by whoever asks next. Nobody may change what is shared.
func shared[T any](ctx context.Context, kept *recent[*later[T]], key, what string, compute func(context.Context) (T, error)) (T, error) {
	begun := kept.find(key, func() *later[T] {
		apart := context.WithoutCancel(ctx)
		return begin(func() (T, error) {
			v, err := compute(apart)
			if err != nil {
				kept.drop(key)
			}
			return v, err
		})
	})
	return begun.wait(ctx, what)
}
