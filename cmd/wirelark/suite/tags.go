package suite

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A TagExpr says whether a test with some tags is chosen.
type TagExpr func(tags []string) bool

// ParseTags reads an expression of tags with and, or, not and parentheses:
// "slow and not (bgp or ospf)". A comma is an or.
func ParseTags(s string) (TagExpr, error) {
	for _, p := range []string{"(", ")", ","} {
		s = strings.ReplaceAll(s, p, " "+p+" ")
	}
	p := &tagParser{words: strings.Fields(s)}
	if len(p.words) == 0 {
		return nil, errors.New("there is no tag in it")
	}
	e, err := p.or()
	if err == nil && len(p.words) > 0 {
		err = fmt.Errorf("%q is not expected there: write and, or, not between tags", p.words[0])
	}
	return e, err
}

type tagParser struct{ words []string }

func (p *tagParser) next(words ...string) bool {
	if len(p.words) == 0 || !slices.Contains(words, p.words[0]) {
		return false
	}
	p.words = p.words[1:]
	return true
}

func (p *tagParser) or() (TagExpr, error) {
	a, err := p.and()
	for err == nil && p.next("or", ",") {
		var b TagExpr
		left := a
		b, err = p.and()
		a = func(tags []string) bool { return left(tags) || b(tags) }
	}
	return a, err
}

func (p *tagParser) and() (TagExpr, error) {
	a, err := p.not()
	for err == nil && p.next("and") {
		var b TagExpr
		left := a
		b, err = p.not()
		a = func(tags []string) bool { return left(tags) && b(tags) }
	}
	return a, err
}

func (p *tagParser) not() (TagExpr, error) {
	if p.next("not") {
		a, err := p.not()
		return func(tags []string) bool { return !a(tags) }, err
	}
	if p.next("(") {
		a, err := p.or()
		if err == nil && !p.next(")") {
			err = errors.New("a ) is missing")
		}
		return a, err
	}
	if len(p.words) == 0 {
		return nil, errors.New("a tag is missing at its end")
	}
	tag := p.words[0]
	if slices.Contains([]string{"and", "or", ")", ","}, tag) {
		return nil, fmt.Errorf("a tag is missing before %q", tag)
	}
	p.words = p.words[1:]
	return func(tags []string) bool { return slices.Contains(tags, tag) }, nil
}
