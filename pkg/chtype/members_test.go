package chtype

import (
	"fmt"
	"testing"
)

func TestPartsOfTypes(t *testing.T) {
	fields, ok := Fields("Tuple(a Int8, `b c` Map(String, UInt8))")
	if got := fmt.Sprint(fields, ok, Named(fields)); got != "[{a Int8} {b c Map(String, UInt8)}] true true" {
		t.Error(got)
	}
	fields, ok = Fields("Tuple(Int8, Decimal(4, 2))")
	if got := fmt.Sprint(fields, ok, Named(fields)); got != "[{ Int8} { Decimal(4, 2)}] true false" {
		t.Error(got)
	}
	if _, ok := Fields("Array(Int8)"); ok {
		t.Error("an array has no fields")
	}
	members, ok := Members(`Enum8('a, = 3' = 1, 'b\'' = -2)`)
	if got := fmt.Sprint(members, ok); got != `map[-2:'b\'' 1:'a, = 3'] true` {
		t.Error(got)
	}
	if _, ok := Members("String"); ok {
		t.Error("a text has no members")
	}
	for typ, want := range map[string]string{
		"DateTime": `[""]`, "DateTime('UTC')": `["UTC"]`, "DateTime64(3)": `[""]`, "Nullable(DateTime64(3, 'Asia/Tokyo'))": `["Asia/Tokyo"]`,
		"Map(String, Tuple(a DateTime('UTC'), b DateTime64(6)))": `["UTC" ""]`, "Enum8('DateTime(\\'x\\')' = 1)": "[]", "Date": "[]", "": "[]",
	} {
		if got := fmt.Sprintf("%q", Zones(typ)); got != want {
			t.Errorf("%s: %s, want %s", typ, got, want)
		}
	}
	before, behind, ok := Digits("Decimal(10, 4)")
	if before != 6 || behind != 4 || !ok {
		t.Error(before, behind, ok)
	}
	if _, _, ok := Digits("Int8"); ok {
		t.Error("an integer is no decimal")
	}
}
