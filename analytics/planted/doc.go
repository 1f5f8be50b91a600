// Package planted is for tests of who may see what. It makes a small programme
// in which every cell that is somebody's secret holds a value like no other (a
// mark), says who may see which by the goal's own text, written once more and
// otherwise than the rules of package analytics, and finds marks in whatever a
// reader was given. A change of a secret shows in the digits that pages show,
// so that answers can also be held to not moving with it.
//
// Nothing that runs in production imports it.
package planted
